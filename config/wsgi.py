"""What a web server loads: `gunicorn config.wsgi`."""

from __future__ import annotations

import os
import sys

from django.core.wsgi import get_wsgi_application

from config.environment import OddSettingError

DO_NOT_RESTART = 3  # gunicorn gives up on this code instead of trying for ever

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except OddSettingError as problem:
    sys.stderr.write(f"{problem}\n")
    sys.exit(DO_NOT_RESTART)
