"""Projects with a known truth, event by event; knows nothing of our sums."""

from __future__ import annotations
