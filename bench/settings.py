"""The product as it is served for real, plus the bare views beside it."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-benchmarks-" + "x" * 40)

from triage.settings.base import *  # noqa: F403
from triage.settings.base import INSTALLED_APPS, REST_FRAMEWORK

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
# The rate limit guards the product from one client; one client is what a benchmark is.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING_CONFIG = None
