"""Template filters of the product."""

from __future__ import annotations
