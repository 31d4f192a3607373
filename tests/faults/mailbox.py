"""The mail server at the other end: takes everything, and writes each message down before it says so.

python -m tests.faults.mailbox PORT FILE    one JSON line a message, by one O_APPEND write
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Got:
    """One message as it was received."""

    message_id: str
    recipient: str
    text: str


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
    def __init__(self, file: str) -> None:
        self._log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        line = {
            "message_id": str(message["Message-ID"]),
            "recipient": envelope.rcpt_tos[0],
            "text": "\n---\n".join(_parts(message)),
        }
        os.write(self._log, json.dumps(line).encode() + b"\n")
        return "250 OK"


def _parts(message: Message) -> list[str]:
    """Subject and every part, decoded: what must be the same each time (boundaries are not)."""
    parts = [p for p in message.walk() if not p.is_multipart()]
    return [str(message["Subject"]), *(p.get_payload(decode=True).decode() for p in parts)]  # type: ignore[union-attr]


if __name__ == "__main__":
    Controller(Handler(sys.argv[2]), hostname="127.0.0.1", port=int(sys.argv[1])).start()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        time.sleep(60)
