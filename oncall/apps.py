from django.apps import AppConfig


class OncallConfig(AppConfig):
    name = "oncall"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The events too: a history needs their words in a process that calls no verb.
        from oncall import events, notices, reactions  # noqa: F401
