from django.apps import AppConfig


class BugsConfig(AppConfig):
    name = "bugs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bugs import notices, reactions  # noqa: F401
