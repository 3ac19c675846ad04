"""Rows of this app in Django's own admin."""

from __future__ import annotations
