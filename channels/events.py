"""Facts about deliveries. Payloads are a contract: only add."""

from dataclasses import dataclass

from journal.facts import Fact


@dataclass(frozen=True)
class MailReplayed(Fact):
    name = "mail.replayed"
    words = "sent it once more, after {attempts} attempts"
    internal = True
    attempts: int
