"""Faults of the transport: what happens on the connection instead of an answer sent in one piece."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from datetime import datetime
from http.client import responses

from tests.emulator.exchange import Answer

BLOCK = 64 * 1024
LAST_CHUNK = b"0\r\n\r\n"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: the kernel sends RST."""


class Wire:
    """One client's connection, as far as sending goes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """ConnectionError: the client is gone."""
        self._writer.write(data)
        await self._writer.drain()

    async def wait_for_client(self, seconds: float) -> None:
        """Stand still until the client goes, or sends more, or the time is over."""
        try:
            await asyncio.wait_for(self._reader.read(1), seconds)
        except TimeoutError:
            return

    def reset(self) -> None:
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()


async def whole(wire: Wire, answer: Answer, now: datetime) -> None:
    """Head and body in one write: two would cost a delayed acknowledgement each time."""
    await wire.send(answer.head(now) + answer.body)


async def _up_to(wire: Wire, answer: Answer, now: datetime, point: str) -> None:
    """Send nothing (request), the head (headers) or the head and half of the body (body)."""
    if point != "request":
        half = answer.body[: len(answer.body) // 2] if point == "body" else b""
        await wire.send(answer.head(now) + half)


async def reset(wire: Wire, answer: Answer, now: datetime, *, at: str) -> None:
    await _up_to(wire, answer, now, at)
    wire.reset()


async def close(wire: Wire, answer: Answer, now: datetime) -> None:
    wire.close()


async def hang(wire: Wire, answer: Answer, now: datetime, *, at: str, seconds: float) -> None:
    await _up_to(wire, answer, now, at)
    await wire.wait_for_client(seconds)
    wire.close()


async def slow_headers(wire: Wire, answer: Answer, now: datetime, *, interval_ms: float, piece: int) -> None:
    await _drip(wire, answer.head(now), interval_ms, piece)
    await wire.send(answer.body)


async def slow_body(wire: Wire, answer: Answer, now: datetime, *, interval_ms: float, piece: int) -> None:
    await wire.send(answer.head(now))
    await _drip(wire, answer.body, interval_ms, piece)


async def _drip(wire: Wire, data: bytes, interval_ms: float, piece: int) -> None:
    for start in range(0, len(data), piece):
        await wire.send(data[start : start + piece])
        await asyncio.sleep(interval_ms / 1000)


async def cut_body(wire: Wire, answer: Answer, now: datetime, *, announced: bool) -> None:
    """Half of the body. *announced*: Content-Length told of all of it; otherwise only the end of the text tells."""
    head = answer.head(now, framing="length" if announced else "none")
    await wire.send(head + answer.body[: len(answer.body) // 2])
    wire.close()


async def cut_chunks(wire: Wire, answer: Answer, now: datetime, *, at: str) -> None:
    """Chunks that end before the last one, which has no length. *at*: in the middle of a chunk, or at its end."""
    await wire.send(answer.head(now, framing="chunked"))
    chunk = _chunk(answer.body)
    await wire.send(chunk[: len(chunk) // 2] if at == "chunk" else chunk)
    wire.close()


async def chunk_size(wire: Wire, answer: Answer, now: datetime, *, size: str) -> None:
    """The body as one chunk, of which *size* is told, and the last one."""
    chunks = f"{size}\r\n".encode() + answer.body + b"\r\n" + LAST_CHUNK
    await wire.send(answer.head(now, framing="chunked") + chunks)


async def interim_answer(wire: Wire, answer: Answer, now: datetime, *, status: int, count: int, ms: float) -> None:
    """*count* answers of 1xx, none of them the last word, a pause of *ms* after each, and then the real one."""
    interim = f"HTTP/1.1 {status} {responses.get(status, 'Unknown')}\r\nLink: </style.css>; rel=preload\r\n\r\n"
    for _ in range(count):
        await wire.send(interim.encode())
        await asyncio.sleep(ms / 1000)
    await whole(wire, answer, now)


async def oversized(wire: Wire, answer: Answer, now: datetime, *, mib: int, framing: str) -> None:
    """A JSON object of *mib* MiB, one long string, streamed. *framing*: length or chunked."""
    length = mib * 2**20
    await wire.send(answer.head(now, length=length, framing=framing))
    for block in _blocks_of_one_string(length):
        await wire.send(_chunk(block) if framing == "chunked" else block)
    if framing == "chunked":
        await wire.send(LAST_CHUNK)


def _chunk(block: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(block), block)


def _blocks_of_one_string(length: int) -> Iterator[bytes]:
    start, end = b'{"padding":"', b'"}'
    left = length - len(start) - len(end)
    yield start
    while left > 0:
        yield b"x" * min(left, BLOCK)
        left -= BLOCK
    yield end


async def not_http(wire: Wire, answer: Answer, now: datetime) -> None:
    await wire.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    wire.close()
