from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "triage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Makes our Celery application the current one, so that a nudge by task name finds the broker.
        from triage import celery  # noqa: F401
