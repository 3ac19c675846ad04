"""What is read from the tables of this app."""

from __future__ import annotations
