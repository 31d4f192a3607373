"""A small screenshot, drawn: a window, a table, and one row in red. No library, a few hundred bytes."""

import random
import struct
import zlib

WIDTH, HEIGHT = 360, 220
PAPER, BAR, INK, PALE, RED = (
    (250, 249, 246),
    (54, 84, 92),
    (120, 126, 130),
    (222, 226, 226),
    (196, 62, 48),
)


def screenshot(key: str) -> bytes:
    """The picture of this key as a PNG; the same key gives the same picture."""
    die = random.Random(f"picture {key}")  # noqa: S311 - no secret is made of it
    rows = [bytearray(bytes(PAPER) * WIDTH) for _ in range(HEIGHT)]

    def fill(x: int, y: int, width: int, height: int, colour: tuple[int, int, int]) -> None:
        for line in rows[y : y + height]:
            line[3 * x : 3 * (x + width)] = bytes(colour) * width

    fill(0, 0, WIDTH, 22, BAR)
    wrong = die.randrange(7)
    for nth in range(7):
        y = 40 + nth * 24
        fill(16, y + 16, WIDTH - 32, 1, PALE)
        fill(16, y, die.randint(60, 130), 8, INK)
        fill(190, y, die.randint(20, 70), 8, RED if nth == wrong else INK)
        fill(290, y, die.randint(20, 50), 8, RED if nth == wrong else INK)
    return _png(rows)


def _png(rows: list[bytearray]) -> bytes:
    """Eight-bit RGB, no filter (PNG specification, W3C, sections 5 and 11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    raw = b"".join(b"\0" + line for line in rows)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(raw, 9))
        + chunk(b"IEND", b"")
    )
