"""Work that outlives a request: what the clock does to quotes, and the mails."""

from __future__ import annotations
