"""The public form: a client scopes her project without an account."""

from __future__ import annotations
