"""The API's own description: the OpenAPI document, its page, and what an unknown address answers."""

from functools import lru_cache
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse, JsonResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest.views import Door
from foundation.errors import NotFound
from teams.models import TokenScope


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document; it is the same for everybody, and made once per process."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


class Schema(Door):
    """The OpenAPI 3.1 document; any token reads it."""

    scopes: ClassVar[tuple[str, ...]] = tuple(TokenScope.values)

    def get(self, request: Request) -> HttpResponse:
        return JsonResponse(
            document(),
            content_type="application/vnd.oai.openapi+json",
            json_dumps_params={"indent": 1},
        )


class Docs(LoginRequiredMixin, SpectacularSwaggerSplitView):
    """The page that explains the API and lets one try it, for people who are signed in."""

    template_name = "triage/api_docs.html"
    url_name = "api-schema"
    permission_classes: ClassVar[list[Any]] = []
    throttle_classes: ClassVar[list[Any]] = []


class Nowhere(Door):
    """An address that does not exist, said as the API says everything."""

    def get(self, request: Request, address: str) -> Response:
        if address and not address.endswith("/"):
            raise NotFound(f"There is nothing here; addresses end with a slash: {request.path}/")
        raise NotFound("There is nothing here.")

    post = put = patch = delete = get
