"""What a person can do here: one action, one transaction, its event inside."""

from __future__ import annotations
