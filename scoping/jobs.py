"""Work of this app that outlives a request."""

from __future__ import annotations
