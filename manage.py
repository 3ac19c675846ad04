#!/usr/bin/env python
"""The command line of Plumbline: `python manage.py help`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from config.environment import OddSettingError


def main() -> int:
    """Run one command; say in a sentence which setting is odd, if one is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except OddSettingError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
