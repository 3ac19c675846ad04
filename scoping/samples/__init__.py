"""Uploaded annotation files to counts per image, one reader per format."""

from __future__ import annotations
