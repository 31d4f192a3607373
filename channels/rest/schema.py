"""The OpenAPI document: what every address has in common is said here once."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    pass
