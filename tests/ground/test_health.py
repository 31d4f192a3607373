"""`/health/` tells the truth, and Redis gone is no reason to stop filing."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_it_is_200_with_the_database_there_even_without_redis(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert "no-store" in answer["Cache-Control"]
