"""What a project is and what it costs."""

from __future__ import annotations
