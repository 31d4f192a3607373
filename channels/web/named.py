"""What the reference in an address names."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from foundation.references import parse

M = TypeVar("M", bound=Model)


def named_or_404(rows: QuerySet[M], prefix: str, said: str, kind: str) -> M:
    """The row that `said` names as in PR-12, among those that the reader sees."""
    number = parse(said, prefix)
    found = None if number is None else rows.filter(pk=number).first()
    if found is None:
        raise Http404(f"There is no {kind} {said[:40]}, or it is not yours to see.")
    return found
