"""Django's settings of the desk, all from the environment set by `run.prepare_desk`.

`LEALTAD_DESK_OUT` is the run directory. `LEALTAD_DESK_DATABASE` is the address of a PostgreSQL database, with
`${NAME}` references; without it the desk keeps an SQLite file in the run directory.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lealtad.desk import oidc_settings
from lealtad.desk.secret_key import read_secret_key
from lealtad.sources.secret import fill_references

DESK_OUT = Path(os.environ.get("LEALTAD_DESK_OUT", "reports/demo")).absolute()
DESK_FOLDER = DESK_OUT / "desk"
DESK_CLOCK_SHIFT = timedelta(seconds=float(os.environ.get("LEALTAD_DESK_CLOCK_SHIFT", "0")))
DESK_CLAIM_HOURS = 24
DESK_UNDO_MINUTES = 10
DESK_FAILED_LOGINS = 5
DESK_LOCKOUT_MINUTES = 15
DESK_OIDC = oidc_settings.read_oidc_settings()
DESK_WEBHOOK = os.environ.get("LEALTAD_DESK_WEBHOOK", "")
DESK_WEBHOOK_SECRET = os.environ.get("LEALTAD_DESK_WEBHOOK_SECRET", "")
_HOSTS = [host for host in os.environ.get("LEALTAD_DESK_HOSTS", "").split(",") if host]
# host names imply a proxy in front, which terminates TLS
DESK_BEHIND_PROXY = bool(_HOSTS)

SECRET_KEY = read_secret_key(DESK_FOLDER)
DEBUG = False
ALLOWED_HOSTS = [*_HOSTS, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _HOSTS]
ROOT_URLCONF = "lealtad.desk.urls"
WSGI_APPLICATION = "lealtad.desk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lealtad.desk.apps.DeskConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lealtad.desk.middleware.PageHeaders",
    "lealtad.desk.middleware.OneWriter",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lealtad.desk.middleware.RefuseNul",
    "lealtad.desk.middleware.PersonLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lealtad.desk.middleware.VisibleText",
]
if DESK_OIDC is not None:
    INSTALLED_APPS += oidc_settings.APPS
    MIDDLEWARE.append(oidc_settings.MIDDLEWARE)
    SOCIALACCOUNT_PROVIDERS = DESK_OIDC.describe_providers()
    SOCIALACCOUNT_ADAPTER = "lealtad.desk.oidc_accounts.DeskSingleSignOn"
    ACCOUNT_ADAPTER = "lealtad.desk.oidc_accounts.DeskAccounts"
    ACCOUNT_EMAIL_VERIFICATION = SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_STORE_TOKENS = False
    SOCIALACCOUNT_LOGIN_ON_GET = True  # our URL accepts only POST with a CSRF token
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lealtad.desk.navigation.describe_page",
            ]
        },
    }
]


def read_database(address: str) -> dict[str, object]:
    """Return Django's description of a database: SQLite without an address, else PostgreSQL."""
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DESK_FOLDER / "desk.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # a deferred transaction fails with "database is locked" where an immediate one waits
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000",
            },
        }
    parts = urlsplit(fill_references("LEALTAD_DESK_DATABASE", address))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # statements are planned once per connection, which halves the work of a claim
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2},
    }


DATABASES = {"default": read_database(os.environ.get("LEALTAD_DESK_DATABASE", ""))}

AUTH_USER_MODEL = "desk.Person"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lealtad.desk.views.errors.refuse_forgery"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = DESK_BEHIND_PROXY
if DESK_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("LEALTAD_DESK_ZONE", "UTC")
STATIC_URL = "/static/"
# static files are served from the packages, without collectstatic
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # paths may contain customer ids, so requests are recorded in the audit log, not here
    "loggers": {"django.request": {"level": "CRITICAL"}, "waitress": {"level": "ERROR"}},
}
