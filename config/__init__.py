"""The service put together: knows everything, known by nobody."""

from __future__ import annotations
