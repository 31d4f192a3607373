"""Behind https. `manage.py check --deploy --fail-level WARNING` is clean with these (a test runs it)."""

from triage.settings.base import *
from triage.settings.base import ALLOWED_HOSTS, env

# The container's own health check asks by address.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Health checks come from inside, without https.
SECURE_REDIRECT_EXEMPT = [r"^health/(timers)?$"]
# Only where a proxy sets (and strips) this header: TRUST_FORWARDED_PROTO=1.
if env.bool("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

# The prefix makes browsers refuse these cookies from any other host or over http.
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
