"""Fields of what is shown, for the OpenAPI document. Answers are built by hand; tests hold both together."""

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer[Any]


def text(*, null: bool = False, says: str = "") -> Any:
    return serializers.CharField(allow_null=null, help_text=says)


def moment(*, null: bool = True) -> Any:
    return serializers.DateTimeField(allow_null=null)


def day(*, null: bool = True) -> Any:
    return serializers.DateField(allow_null=null)


def amount(*, null: bool = False, says: str = "") -> Any:
    return serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=null, help_text=says)


def whole(says: str = "") -> Any:
    return serializers.IntegerField(help_text=says)


def names(says: str = "") -> Any:
    return serializers.ListField(child=serializers.CharField(), help_text=says)


VERSION = "The row's version; the same as the ETag."
ALLOWED = "What you may do now: the last part of an address to POST to; edit is PATCH, attach attachments/."
