"""Load the demonstration into an empty database, and say who may sign in."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from triage.demonstration import load
from triage.demonstration.summary import counts, logins


class Command(BaseCommand):
    help = (
        "Load the demonstration (Larkfold, software for veterinary clinics) into an empty database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="do nothing, quietly, when the database is not empty",
        )

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        began = time.monotonic()
        if load.is_empty():
            self.stderr.write("Loading the demonstration, about a minute …")
        if not load.load(clock.now()):
            if once:
                return
            raise CommandError(
                "This database is not empty: it has teams or people already. The demonstration is "
                "only loaded into an empty one; `make demo-reset` makes such a one and loads it."
            )
        self.stdout.write(counts())
        self.stdout.write(f"Loaded in {time.monotonic() - began:.1f} s.\n\n{logins()}")
