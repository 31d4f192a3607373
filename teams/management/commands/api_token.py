"""`make manage ARGS="api_token rhea"`: a bearer token of a person; prints only the token."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from foundation.errors import Refused
from teams.models import Person, TokenScope
from teams.services import issue_token


class Command(BaseCommand):
    help = "Make a bearer token for the REST API and print it; it is shown only now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            choices=TokenScope.values,
            default=TokenScope.ALL,
            help="all: what its person may; read: reading only; commits: commit checks only",
        )
        parser.add_argument("--name", default="", help="what it is for, to tell it from others")
        parser.add_argument("--days", type=int, default=90, help="how long it lives")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is nobody called {options['username']}.")
        try:
            _, token = issue_token(
                person,
                name=options["name"][:80],
                scope=options["scope"],
                days=options["days"],
                by=person,
                at=clock.now(),
                source="system",
            )
        except Refused as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write(token)
