"""E-mail while workers die: every mail arrives, always as the same message, and copies are as rare as kills."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults import checker, mailbox
from tests.faults.mailbox import Got
from tests.faults.processes import Child, eventually
from tests.faults.product import FEW, Product, free_port

pytestmark = pytest.mark.faults

MAILS = FEW + FEW // 4  # each reporter, and Leo who watches every fourth
MOMENTS = ("after_claim", "before_send", "after_send", "before_done")
SEED, KILLS = 7, 10


class Post:
    """A copy of the product's first data, a mail server, and workers that are told of it."""

    def __init__(self, product: Product, name: str) -> None:
        self.product, self.name = product, name
        self.file, port = product.folder / f"{name}.mails", free_port()
        self.server = Child(
            f"mailbox-{name}",
            [sys.executable, "-m", "tests.faults.mailbox", str(port), str(self.file)],
            log=product.folder / f"mailbox-{name}.log",
            env=product.environment(),
        )
        product._more.append(self.server)
        self.server.start()
        eventually(lambda: mailbox.answers(port), 20, "the mail server answers")
        self.settings = product.apart(name) | {
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_LEASE": "2",
        }

    def verify(self) -> None:
        """Somebody has seen that the few bugs are fixed: their reporters are to hear."""
        self.product.stage("verify", **self.settings)

    def worker(self, name: str = "", **faults: str) -> Child:
        return self.product.another(
            "worker",
            name=f"worker-{self.name}{name}",
            **self.settings,
            **faults,
        )

    def beat(self) -> None:
        self.product.another("beat", name=f"beat-{self.name}", **self.settings)

    def got(self) -> list[Got]:
        return mailbox.received(self.file)

    def breaches(self, kills: int) -> list[str]:
        line = self.product.postgres.connect(self.name)
        try:
            with line.cursor() as cursor:
                return checker.mail_breaches(cursor, self.got(), kills=kills)
        finally:
            line.close()

    def states(self) -> dict[str, int]:
        rows = "SELECT state, count(*)::int FROM channels_mail GROUP BY state"
        return dict(self.product.postgres.sql(rows, database=self.name))

    def all_sent(self) -> bool:
        return self.states() == {"sent": MAILS}


def test_a_worker_that_dies_around_a_mail_sends_it_again_as_the_same_message(
    product: Product, figure: Any
) -> None:
    post = Post(product, "mail_moments")
    post.verify()
    points = product.folder / "mail-moments"
    points.mkdir()
    for moment in MOMENTS:
        (points / moment).touch()
    post.worker(FAILPOINTS=str(points))
    post.beat()
    eventually(lambda: not any(points.iterdir()), 60, "the worker has died once at each point")
    eventually(post.all_sent, 40, "every mail is sent")
    # Killed before it was sent, twice: no copy. After, twice: two, each of them the same message.
    assert post.breaches(kills=2) == []
    assert len(post.got()) == MAILS + 2
    figure("4 deaths around a mail", f"{MAILS} mails, {len(post.got()) - MAILS} copies")


def test_workers_killed_at_random_lose_no_mail(product: Product, figure: Any) -> None:
    fate, post = random.Random(SEED), Post(product, "mail_random")
    workers = [post.worker(f"-{n}") for n in (1, 2)]
    post.beat()
    post.verify()
    for _ in range(KILLS):
        time.sleep(fate.uniform(0.3, 1.2))
        worker = fate.choice(workers)
        worker.kill()
        worker.start()
    eventually(post.all_sent, 60, "every mail is sent")
    assert post.breaches(kills=KILLS) == []
    figure(f"{KILLS} workers killed while mails leave", f"{len(post.got()) - MAILS} copies")


def test_a_mail_server_that_is_gone_for_a_while_costs_only_time(product: Product) -> None:
    post = Post(product, "mail_server_gone")
    post.server.kill()
    post.verify()
    post.worker()
    post.beat()
    failing = "SELECT count(*) FROM channels_mail WHERE last_error LIKE 'No mail server%'"
    eventually(
        lambda: product.postgres.sql(failing, database=post.name) != [(0,)], 30, "it is missed"
    )
    post.server.start()
    soon = "UPDATE channels_mail SET next_at = greatest(due_at, now()) WHERE state = 'pending'"
    product.postgres.sql(soon, database=post.name)  # not the minutes that a retry may take
    eventually(post.all_sent, 60, "every mail is sent")
    assert post.breaches(kills=0) == []


def test_the_checker_sees_every_kind_of_breach(product: Product, tmp_path: Path) -> None:
    post = Post(product, "mail_checked")
    post.verify()
    post.worker()
    post.beat()
    eventually(post.all_sent, 40, "every mail is sent")
    line = product.postgres.connect(post.name)
    try:
        with line.cursor() as cursor:
            got = post.got()
            first = got[0]
            doctored = {
                "LOST": got[1:],
                "GHOST": [*got, replace(first, message_id="<nobody@localhost>")],
                "CHANGED": [*got, replace(first, text="Something else")],
                "COPIES": [*got, first, first],
            }
            for breach, seen in doctored.items():
                said = checker.mail_breaches(cursor, seen, kills=1)
                assert [sentence.split()[0] for sentence in said] == [breach]
            cursor.execute("UPDATE channels_notice SET state = 'pending' WHERE channel = 'email'")
            said = checker.mail_breaches(cursor, got)
            assert {sentence.split()[0] for sentence in said} == {"UNSENT"}
    finally:
        line.rollback()
        line.close()
