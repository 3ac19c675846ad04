"""A scope that a client makes herself: from plain answers to a first price range."""

from __future__ import annotations
