"""The command line of this app."""

from __future__ import annotations
