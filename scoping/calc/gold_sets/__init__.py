"""A gold set as somebody asks for it, and the answer: how big, and what it shows."""

from __future__ import annotations
