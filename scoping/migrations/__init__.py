"""How the tables came about."""

from __future__ import annotations
