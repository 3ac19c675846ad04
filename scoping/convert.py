"""Rows to values and back; the only file of this app that sees both."""

from __future__ import annotations
