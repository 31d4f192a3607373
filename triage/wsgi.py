"""The web process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "triage.settings.dev")
# A request that waits longer than this for the database is answered with 503 instead.
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "10s")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
