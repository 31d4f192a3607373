"""The test suite: as dev, quicker where nothing is proven by slowness."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests")
# pytest sets both (embedded/pytest_plugin.py); the type checker reads the settings without servers.
os.environ.setdefault("DATABASE_URL", "postgres://")
os.environ.setdefault("REDIS_URL", "redis://")
# pytest keeps what is sent in memory.
os.environ["EMAIL_URL"] = "memorymail://"

from triage import logs
from triage.settings.base import *
from triage.settings.base import DATABASE_OPTIONS, DATABASES, env, with_database_options

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# A test database needs no promise beyond its run.
with_database_options([*DATABASE_OPTIONS, "synchronous_commit=off"])
# Several people run pytest at once on one server: each run has its own databases.
DATABASES["default"]["TEST"] = {"NAME": f"test_firebreak_{env.str('TEST_RUN', default='run')}"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False
API_REQUESTS_PER_MINUTE = 0

# Tests call services; a nudge that reaches no worker must neither fail nor wait.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}

STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
# Each test's client builds the middleware anew: without this it would look through every static file each time.
WHITENOISE_AUTOREFRESH = True
LOGGING = logs.logging(json=False, level=env.str("LOG_LEVEL", default="ERROR"))
