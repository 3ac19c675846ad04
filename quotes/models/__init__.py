"""The tables of promises and of what happened."""

from __future__ import annotations
