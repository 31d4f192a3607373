from django.apps import AppConfig


class ProblemReportsConfig(AppConfig):
    name = "problem_reports"
    verbose_name = "Problem Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The events too: a history needs their words in a process that calls no verb.
        from problem_reports import events, notices, reactions  # noqa: F401
