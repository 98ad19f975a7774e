"""Settings, all of them from the environment. See docs/settings.md for each variable.

Two shapes: the demo (no DATABASE_URL: embedded PostgreSQL, broker inside it, invented accounts) and production
(DATABASE_URL given), which refuses to start with a missing or sample secret.
"""

from pathlib import Path

import environ

from commissioning.kernel.start_up import (
    allowed_hosts,
    broker_settings,
    database_settings,
    debugging,
    forms_of_sign_in,
    is_demo,
    secret_key,
    site_address,
)

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("PORTAL_DATA", default="") or BASE_DIR / ".portal").resolve()  # empty counts as not set
DEMO = is_demo(env)
VERSION = "0.1.0"
DEBUG = debugging(env, demo=DEMO)
SECRET_KEY = secret_key(env, DATA_DIR, demo=DEMO)
ALLOWED_HOSTS = allowed_hosts(env, demo=DEMO)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
GIVING_PREFIX = env("GIVING_PREFIX", default="360G-portal")
SITE_ADDRESS = site_address(env, ALLOWED_HOSTS, demo=DEMO)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
    "commissioning",
    "funders",
    "providers",
]
MIDDLEWARE = [
    "commissioning.kernel.middleware.UnavailableMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "commissioning.kernel.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "commissioning.audit.middleware.RefusalsMiddleware",
    "commissioning.organisations.middleware.SeatMiddleware",
    "commissioning.kernel.idempotence.OnceMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "commissioning.urls"
WSGI_APPLICATION = "commissioning.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commissioning.organisations.context.seat",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["commissioning.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["portal"]
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_FAIL_SILENTLY = False

DB_ROLE = env("PORTAL_DB_ROLE", default="app")
DATABASES = {"default": database_settings(env, DATA_DIR, role=DB_ROLE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
}

AUTH_USER_MODEL = "commissioning.Person"
AUTHENTICATION_BACKENDS = ["commissioning.organisations.adapter.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"commissioning.organisations.passwords.{name}"}
    for name in ("LengthValidator", "CommonValidator", "PersonValidator", "ContextValidator")
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "commissioning.organisations.adapter.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/5m/key,50/5m/ip",
    "reset_password": "5/m/ip,5/h/key",
    "accept_invitation": "20/m/ip",
    "invite": "20/h/user",
    "export": "30/h/user",
}
MFA_ADAPTER = "commissioning.organisations.adapter.SecondFactorAdapter"
ACCOUNT_FORMS, MFA_FORMS = forms_of_sign_in("commissioning.organisations.sign_in_forms")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Joint Commissioning Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not DEMO)
USERSESSIONS_TRACK_ACTIVITY = False

SECURE_COOKIES = env.bool("SECURE_COOKIES", default=not DEMO)
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_FAILURE_VIEW = "commissioning.organisations.views.seats.out_of_date"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_IDLE_SECONDS = 60 * 60
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SECURE_COOKIES)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31536000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(DATA_DIR / "files")))
STORAGES = {
    "default": {"BACKEND": env("STORAGE_BACKEND", default="django.core.files.storage.FileSystemStorage")},
    "staticfiles": {"BACKEND": env("STATIC_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")},
}
WHITENOISE_MAX_AGE = 3600

EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}" if DEMO else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("FROM_EMAIL", default="portal@portal.example")
SUPPORT_EMAIL = env("SUPPORT_EMAIL", default="help@portal.example")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = USE_I18N = True
LANGUAGES = [("en-gb", "English")]

vars().update(broker_settings(env))
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=1)
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for a night is waited for
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "kernel.heartbeat", "schedule": 15.0, "options": {"expires": 15}},
    "sweep": {"task": "kernel.sweep", "schedule": 20.0, "options": {"expires": 20}},
    "due": {"task": "kernel.what_is_due", "schedule": 60.0, "options": {"expires": 60}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "commissioning.kernel.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING" if DEMO else "INFO")},
}
