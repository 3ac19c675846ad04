"""The append-only, hash-chained record of who did what, for both apps."""

from __future__ import annotations
