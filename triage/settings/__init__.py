"""Settings. DJANGO_SETTINGS_MODULE chooses: triage.settings.dev (the default), .test or .production.

`base` is complete and reads the environment loudly; the others hold only what differs.
Every variable is listed in docs/operations.md.
"""
