"""The service's own settings, as tests and type checks load them.

Only what must not happen in a test differs: mail is kept, passwords are cheap,
static files come from their folders, and SQLite uses a file of this process, since
in memory it would not behave as it does in service.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("PLUMBLINE_SECRET_KEY", "a key for tests and for nothing else")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    _file = Path(tempfile.gettempdir()) / f"plumbline-test-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(_file)}
