"""What holds everywhere. Values come from the environment through typed readers that fail loudly."""

from datetime import timedelta
from logging import DEBUG as DEBUG_LEVEL
from logging import INFO as INFO_LEVEL
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from kombu import Queue

from triage import logs

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The house ---------------------------------------------------------------------------------

HOUSE = [
    "foundation",
    "journal",
    "teams",
    "channels",
    "oncall",
    "sprints",
    "bugs",
    "problem_reports",
    "postmortems",
    "insights",
    "triage",
]

INSTALLED_APPS = [
    *HOUSE,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles: `runserver` then serves static files as production does.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "lucide",
    "csp",
    "pgtrigger",
    "django_structlog",
]

MIDDLEWARE = [
    # First, so that a database that is gone becomes a 503 wherever below it is missed.
    "triage.middleware.DatabaseOutage",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "triage.zones.ReadersZone",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "triage.urls"
WSGI_APPLICATION = "triage.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "triage.context.frame",
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "libraries": {"icons": "triage.icons"},
        },
    },
]

# --- The database ------------------------------------------------------------------------------

# The web process asks for short limits (triage/wsgi.py), so that one stuck row never holds a thread
# for long; commands such as the import run without a statement limit.
DATABASE_LOCK_TIMEOUT = env.str("DATABASE_LOCK_TIMEOUT", default="2s")
DATABASE_STATEMENT_TIMEOUT = env.str("DATABASE_STATEMENT_TIMEOUT", default="0")
DATABASE_OPTIONS = [
    f"lock_timeout={DATABASE_LOCK_TIMEOUT}",
    f"statement_timeout={DATABASE_STATEMENT_TIMEOUT}",
    # What is prepared (foundation/statements.py) reaches its rows by key: one plan serves every value.
    "plan_cache_mode=force_generic_plan",
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=300),
    # A restarted PostgreSQL is met with a new connection, not with an error.
    "CONN_HEALTH_CHECKS": True,
    # Services open their own transactions: a view that reads holds none.
    "ATOMIC_REQUESTS": False,
}


def with_database_options(options: list[str]) -> None:
    """Set what every new connection says to PostgreSQL first."""
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["OPTIONS"]["options"] = " ".join(f"-c {option}" for option in options)
    DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 3)


with_database_options(DATABASE_OPTIONS)

# --- Redis: work on its way, and counters that may be lost ----------------------------------------

REDIS_URL = env.str("REDIS_URL")
REDIS_PATIENCE_SECONDS = 0.25  # a page never waits longer than this for Redis

CACHES = {
    "default": {
        # Rate limits are shared between processes; without Redis they are kept per process.
        "BACKEND": "triage.cache.RedisOrMemoryCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "firebreak",
        "OPTIONS": {
            "socket_connect_timeout": REDIS_PATIENCE_SECONDS,
            "socket_timeout": REDIS_PATIENCE_SECONDS,
        },
    },
}

# --- Celery (read by triage/celery.py with the prefix CELERY_) -------------------------------------

# kombu spells the socket address in its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)

# A task that a killed worker held comes back after this long. In three places, because each part of
# Celery reads its own and the shortest wins.
VISIBILITY_TIMEOUT_SECONDS = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
    "queue_order_strategy": "priority",  # the order of CELERY_TASK_QUEUES
    "socket_connect_timeout": REDIS_PATIENCE_SECONDS,
    # Who serves pages publishes at once or not at all, also when Redis hangs; workers and beat, which
    # wait for Redis all day, are patient (triage/celery.py).
    "socket_timeout": env.float("BROKER_SOCKET_TIMEOUT", default=REDIS_PATIENCE_SECONDS),
    # Publishing with Redis gone fails at once: the nudge is a courtesy, filing must not wait for it.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT_SECONDS}
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT_SECONDS
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # the worker waits for Redis as long as it takes
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# The first is always asked first: however much waits to be sent, a sweep waits for one round of it.
CELERY_TASK_QUEUES = [Queue("promises"), Queue("celery")]
CELERY_TASK_ROUTES = {
    "problem_reports.sweep": {"queue": "promises"},
    "oncall.page": {"queue": "promises"},
    "triage.heartbeat": {"queue": "promises"},
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "teams.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "triage.accounts.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}

# Rows, not signed cookies: a session can be ended, and signing in or reading survives an emptied Redis.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- E-mail --------------------------------------------------------------------------------------

# What people type to get here: links in e-mails begin with it.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
# smtp+tls://user:password@host:587; without it nobody is written to, and the pages say so.
EMAIL_URL = env.str("EMAIL_URL", default="")
NOTICES_BY_EMAIL = bool(EMAIL_URL)
vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds, for every answer of the server
# Longer than every wait for the mail server in one attempt together, and than a task may run (60 s):
# a mail whose lease has ended is sent again.
MAIL_LEASE = timedelta(seconds=env.int("MAIL_LEASE", default=180))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Firebreak <firebreak@localhost>")
# The right half of every Message-ID: never changes, or what is sent again looks like another mail.
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default=urlsplit(SITE_URL).hostname or "localhost")
# Notices later than this come together in one mail that says how late each is.
NOTICE_IS_LATE_AFTER = timedelta(seconds=env.int("NOTICE_IS_LATE_AFTER", default=300))

# --- The side door -----------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "channels.rest.authentication.Bearer",
        "channels.rest.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["channels.rest.authentication.SignedIn"],
    "DEFAULT_THROTTLE_CLASSES": ["channels.rest.rates.PerPerson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "channels.rest.bodies.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "channels.rest.schema.Schema",
    "EXCEPTION_HANDLER": "channels.rest.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Prometheus asks /metrics with it; empty, there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Stops a client in a loop, never one at work; 0 is no limit.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=12_000)

KNOX_TOKEN_MODEL = "teams.ApiToken"
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(days=90),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Firebreak",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": (
        "Problem Reports, Bugs and Sprints. Every representation names what you may do next in `allowed`: "
        "the last part of an address to POST to; `edit` is PATCH and `attach` is `attachments/`. Every "
        "refusal is a problem document (RFC 9457)."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {
        "ReportState": "problem_reports.lifecycle.State",
        "BugState": "bugs.lifecycle.State",
        "P1Way": "bugs.lifecycle.P1Way",
        "LoanState": "bugs.lifecycle.LoanState",
        "PageState": "oncall.lifecycle.PageState",
        "MitigationKind": "bugs.lifecycle.MitigationKind",
        "SprintState": "sprints.lifecycle.State",
        "BacklogItemState": "sprints.lifecycle.ItemState",
        "BacklogItemKind": "sprints.lifecycle.ItemKind",
        "DebtKind": "sprints.lifecycle.DebtKind",
        "PostMortemState": "postmortems.lifecycle.State",
        "FactorKind": "postmortems.lifecycle.FactorKind",
        "AgreementKind": "teams.lifecycle.AgreementKind",
        "AgreementState": "teams.lifecycle.AgreementState",
        "AgreementPlace": "teams.lifecycle.Binds",
        "DefinitionOfDone": "postmortems.lifecycle.Done",
        "ActionState": "postmortems.lifecycle.actions.ActionState",
        "ActionKind": "postmortems.lifecycle.actions.ActionKind",
        "ActionMeans": "postmortems.lifecycle.actions.Means",
        "FactorCategory": "postmortems.lifecycle.Category",
        "Priority": "problem_reports.lifecycle.Priority",
        "Impact": "problem_reports.lifecycle.Impact",
        "Urgency": "problem_reports.lifecycle.Urgency",
        "Outcome": "problem_reports.lifecycle.Outcome",
        "Cause": "problem_reports.lifecycle.Cause",
        "Source": "journal.models.Source",
        "HowToHear": "channels.lifecycle.How",
        "Unit": "teams.lifecycle.Unit",
        "TurnUnit": "oncall.lifecycle.TurnUnit",
        "LadderStage": "oncall.models.Stage",
        "GatedStage": "oncall.api.ladder.GATED_STAGES",
        "IncidentKind": "oncall.api.ladder.INCIDENT_CHOICES",
        "ClockKind": "problem_reports.clocks.models.TimerKind",
    },
    # Served by ourselves: the content security policy allows no other address.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- What a browser may do -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# --- Words, times, files -------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]

# Uploads are never served from here: only through a view that checks who may, as a download.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# More than a report keeps (10): the form says so, instead of a bare 400 that loses what was typed.
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# --- Seeing it run -------------------------------------------------------------------------------

# One line per request, when it ends. A 4xx is the caller's matter.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DEBUG_LEVEL
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = INFO_LEVEL
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = DEBUG_LEVEL
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logs.logging(json=True, level=LOG_LEVEL)
logs.configure()
