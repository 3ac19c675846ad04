"""What was promised and what happened."""

from __future__ import annotations
