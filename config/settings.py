"""Every setting of the service: one file, from the environment.

What each variable means stands in docs/settings.md. A missing or odd one stops the
start with a sentence (`config.environment`).
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from config.environment import Environment

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"

_environment = Environment(os.environ)

# Read when NumPy is first imported, which is after this. Our matrices are small: a
# second thread only waits, many times as long on a busy machine, and the last digits of
# a sum would depend on how many processors there are.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# --- what the environment says --------------------------------------------------------

DEBUG = _environment.flag("PLUMBLINE_DEBUG", default="false")
SECRET_KEY = _environment.secret("PLUMBLINE_SECRET_KEY", file=LOCAL / "secret_key")
AUDIT_KEY = _environment.second_secret("PLUMBLINE_AUDIT_KEY", instead=SECRET_KEY)
ALLOWED_HOSTS = _environment.words(
    "PLUMBLINE_ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]"
)
BASE_URL = _environment.site_address(
    "PLUMBLINE_BASE_URL", default="http://127.0.0.1:8000"
)
TRUSTED_PROXIES = _environment.whole(
    "PLUMBLINE_TRUSTED_PROXIES", default=0, low=0, high=5
)
DATABASES = {
    "default": _environment.database("DATABASE_URL", file=LOCAL / "plumbline.sqlite3")
}
STATIC_ROOT = Path(
    _environment.text("PLUMBLINE_STATIC_ROOT", default=str(LOCAL / "static"))
)
MEDIA_ROOT = Path(
    _environment.text("PLUMBLINE_MEDIA_ROOT", default=str(LOCAL / "media"))
)
LOG_LEVEL = _environment.one_of(
    "PLUMBLINE_LOG_LEVEL",
    default="INFO",
    choices=("DEBUG", "INFO", "WARNING", "ERROR"),
)

EMAIL_HOST = _environment.text("PLUMBLINE_EMAIL_HOST", default="")
EMAIL_PORT = _environment.whole("PLUMBLINE_EMAIL_PORT", default=587, low=1, high=65535)
EMAIL_HOST_USER = _environment.text("PLUMBLINE_EMAIL_USER", default="")
EMAIL_HOST_PASSWORD = _environment.text("PLUMBLINE_EMAIL_PASSWORD", default="")
EMAIL_USE_TLS = _environment.flag("PLUMBLINE_EMAIL_TLS", default="true")
PUBLIC_WORKSPACE = _environment.text("PLUMBLINE_PUBLIC_WORKSPACE", default="")
DEFAULT_FROM_EMAIL = _environment.text(
    "PLUMBLINE_EMAIL_FROM", default="Plumbline <plumbline@localhost>"
)

MEGABYTE = 1_000_000
PUBLIC_SAMPLE_BYTES = MEGABYTE * _environment.whole(
    "PLUMBLINE_PUBLIC_SAMPLE_MB", default=50, low=1, high=10_000
)
PUBLIC_SAMPLE_INFLATED_BYTES = MEGABYTE * _environment.whole(
    "PLUMBLINE_PUBLIC_SAMPLE_INFLATED_MB", default=200, low=1, high=100_000
)
STAFF_UPLOAD_BYTES = MEGABYTE * _environment.whole(
    "PLUMBLINE_STAFF_UPLOAD_MB", default=600, low=1, high=100_000
)
XLSX_BYTES = MEGABYTE * _environment.whole(
    "PLUMBLINE_XLSX_MB", default=25, low=1, high=10_000
)
XLSX_INFLATED_BYTES = MEGABYTE * _environment.whole(
    "PLUMBLINE_XLSX_INFLATED_MB", default=50, low=1, high=100_000
)
PUBLIC_ESTIMATES_PER_HOUR = _environment.whole(
    "PLUMBLINE_PUBLIC_ESTIMATES_PER_HOUR", default=60, low=1, high=100_000
)
PUBLIC_FORM_PER_HOUR = _environment.whole(
    "PLUMBLINE_PUBLIC_FORM_PER_HOUR", default=600, low=1, high=100_000
)
PUBLIC_SAVES_PER_HOUR = _environment.whole(
    "PLUMBLINE_PUBLIC_SAVES_PER_HOUR", default=30, low=1, high=100_000
)
API_REQUESTS_PER_MINUTE = _environment.whole(
    "PLUMBLINE_API_REQUESTS_PER_MINUTE", default=600, low=1, high=1_000_000
)

SETTING_NAMES = tuple(_environment.names)
_environment.refuse_unknown()

# --- what the service is made of ------------------------------------------------------

INSTALLED_APPS = [
    "scoping",
    "quotes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "scoping.web.language.SpeakTheirLanguage",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.nul.RefuseNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "scoping.web.second_factor.AskForSecondFactor",
    "config.cards.SayWhichCard",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms/

# --- language and time: stored in UTC, shown in the zone of the site ------------------

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- files ----------------------------------------------------------------------------

STATIC_URL = "static/"
# From npm at set-up, never committed; only the folders whose files pages ask for.
_PACKAGES = (
    "modern-normalize",
    "@fontsource/be-vietnam-pro",
    "@fontsource/ibm-plex-sans",
)
STATICFILES_DIRS = [
    (f"npm/{package}", ROOT / "node_modules" / package)
    for package in _PACKAGES
    if (ROOT / "node_modules" / package).is_dir()
]
_PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
_HASHED_FILES = "config.staticfiles.HashedFiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN_FILES if DEBUG else _HASHED_FILES},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MEGABYTE
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * MEGABYTE

# --- sign-in: by e-mail; staff are invited, nobody signs up ---------------------------

AUTH_USER_MODEL = "scoping.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "scoping.web.accounts.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation goes to the address itself
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# Counted by each server process: 5 wrong passwords of one address in 5 minutes.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
# A link to a new password works once, for a quarter of an hour, and only the newest.
PASSWORD_RESET_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "scoping.web.accounts.NewestLinkOnly"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "scoping.web.accounts.SealedFactors"
MFA_TOTP_ISSUER = "Plumbline"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation went to the address itself
ACCOUNT_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- what a browser is told -----------------------------------------------------------

_ENCRYPTED = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _ENCRYPTED
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _ENCRYPTED
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = _ENCRYPTED
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _ENCRYPTED else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- mail: to the console until a server is named -------------------------------------

_MAIL_BACKEND = "smtp" if EMAIL_HOST else "console"
EMAIL_BACKEND = f"django.core.mail.backends.{_MAIL_BACKEND}.EmailBackend"
EMAIL_TIMEOUT = 10

# --- the API --------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "scoping.api.callers.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "scoping.api.schema.DoorSchema",
    "EXCEPTION_HANDLER": "scoping.api.problems.handle",
    "DEFAULT_THROTTLE_RATES": {"public_estimates": f"{PUBLIC_ESTIMATES_PER_HOUR}/hour"},
    "COERCE_DECIMAL_TO_STRING": True,
    "NUM_PROXIES": TRUSTED_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumbline",
    "DESCRIPTION": "From a dataset spec to a quote, and from a quote to its actuals.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["scoping.api.schema.add_components"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- log lines ------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # These two tell every step of every PDF.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools")},
}
