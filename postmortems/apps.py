from django.apps import AppConfig


class PostmortemsConfig(AppConfig):
    name = "postmortems"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The events too: a history needs their words in a process that calls no verb.
        from postmortems import events, notices, reactions  # noqa: F401
        from postmortems.notices import actions  # noqa: F401
