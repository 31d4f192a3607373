"""Who calls: a bearer token, or a session for the page that lets one try the API.

Knox issues and hashes the tokens. Its own authentication asks for every token of the person and for the
person again; here it is one query by the digest, which also reads the database's clock for the request.
"""

from datetime import datetime
from typing import Any

from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from foundation import clock
from foundation.errors import NotAllowed
from journal.models import ClockTimestamp
from teams.models import ApiToken, Person, TokenScope

SCHEME = "Bearer"
SAFE = ("GET", "HEAD", "OPTIONS")

TOKENS = (
    ApiToken.objects.select_related("user")
    .annotate(asked_at=ClockTimestamp())
    .only(
        "digest",
        "expiry",
        "scope",
        "name",
        "user__username",
        "user__first_name",
        "user__last_name",
        "user__is_active",
        "user__kind",
        "user__zone",
    )
)


class Bearer(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        found = TOKENS.filter(digest=_digest(token.strip())).first()
        if found is None or not found.user.is_active:
            raise AuthenticationFailed("This token is not known.")
        if found.expiry is not None and found.expiry <= found.asked_at:
            raise AuthenticationFailed("This token has expired; make a new one.")
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class Session(SessionAuthentication):
    """The session of the pages, its CSRF token demanded: for the page that lets one try the API."""


def moment_of(request: Request) -> datetime:
    """When the request came, by the database's clock; with a token it was read with it."""
    asked_at: datetime | None = getattr(request.auth, "asked_at", None)
    return asked_at or clock.now()


class SignedIn(BasePermission):
    """Somebody is known, and their token's scope reaches this address.

    A view says `scopes` when it serves more than tokens that may do everything.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        token: ApiToken | None = request.auth
        if token is not None and not _reaches(token.scope, request.method or "", view):
            raise NotAllowed(f"The scope of this token is “{token.scope}”: it does not reach this.")
        return True


def _reaches(scope: str, method: str, view: Any) -> bool:
    if scope == TokenScope.ALL or scope in getattr(view, "scopes", ()):
        return True
    return scope == TokenScope.READ and method in SAFE


def _digest(token: str) -> str:
    digest: str = hash_token(token.encode("utf-8", "replace").decode())
    return digest
