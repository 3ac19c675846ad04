"""The app that knows what a project is and what it costs."""

from __future__ import annotations

from django.apps import AppConfig


class ScopingConfig(AppConfig):
    """Scoping, as Django knows it."""

    name = "scoping"
