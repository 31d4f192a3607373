"""The mail server at the other end: takes everything, and writes each message down before it says so.

python -m tests.faults.mailbox PORT FILE [--stall N:S] [--slow S] [--refuse ADDRESS]

One JSON line a message, by one O_APPEND write. With `--stall`, every Nth message is written down and then
not answered for S seconds: its sender cannot know that it arrived. `--slow` answers each after so long, and
`--refuse` is a mailbox that does not exist.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Got:
    """One message as it was received; `at` is a moment of this machine's clock, seconds since 1970."""

    message_id: str
    recipient: str
    text: str
    at: float = 0.0
    stalled: bool = False

    @property
    def key(self) -> str:
        return self.message_id.strip("<>").rpartition("@")[0]


def received(file: Path) -> list[Got]:
    lines = file.read_text().splitlines() if file.exists() else []
    return [Got(**json.loads(line)) for line in lines]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Handler:
    def __init__(self, file: str, stall: str, slow: float, refuse: str) -> None:
        self._log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        every, _, seconds = stall.partition(":")
        self._every, self._seconds = int(every or 0), float(seconds or 0)
        self._slow, self._refuse, self._count = slow, refuse, 0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == self._refuse:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        self._count += 1
        stalls = bool(self._every) and self._count % self._every == 0
        line = {
            "message_id": str(message["Message-ID"]),
            "recipient": envelope.rcpt_tos[0],
            "text": "\n---\n".join(_parts(message)),
            "at": time.time(),
            "stalled": stalls,
        }
        os.write(self._log, json.dumps(line).encode() + b"\n")
        await asyncio.sleep(self._seconds if stalls else self._slow)
        return "250 OK"


def _parts(message: Message) -> list[str]:
    """Subject and every part, decoded: what must be the same each time (boundaries are not)."""
    parts = [p for p in message.walk() if not p.is_multipart()]
    return [str(message["Subject"]), *(p.get_payload(decode=True).decode() for p in parts)]  # type: ignore[union-attr]


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("port", type=int)
    words.add_argument("file")
    words.add_argument("--stall", default="")
    words.add_argument("--slow", type=float, default=0)
    words.add_argument("--refuse", default="")
    said = words.parse_args()
    handler = Handler(said.file, said.stall, said.slow, said.refuse)
    Controller(handler, hostname="127.0.0.1", port=said.port).start()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        time.sleep(60)
