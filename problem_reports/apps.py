from django.apps import AppConfig


class ProblemReportsConfig(AppConfig):
    name = "problem_reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from problem_reports import notices  # noqa: F401
