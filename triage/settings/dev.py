"""A checkout: `make run`. As production where a person would notice, without secrets and https."""

import os
from pathlib import Path

# A checkout signs with a key that everybody knows: it holds only the demonstration.
os.environ.setdefault("SECRET_KEY", "only-for-a-checkout-never-for-a-server")

# Without a mail server the mails of a checkout are files in .run/mail, to be read there.
os.environ.setdefault("EMAIL_URL", f"filemail:///{Path(__file__).resolve().parents[2]}/.run/mail")

from triage import logs
from triage.settings.base import *
from triage.settings.base import BASE_DIR, env

# DEBUG=1 make run: tracebacks, and templates read anew at every request.
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])

# Static files straight from their sources, no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STATIC_ROOT = None
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / ".run" / "media"))

LOGGING = logs.logging(json=False, level=env.str("LOG_LEVEL", default="WARNING"))
