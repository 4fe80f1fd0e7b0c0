"""What tests of failover are about: models, faults, how failovers are asked, and a provider."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Callable, Optional, Sequence

from ..catalogue import CATALOGUE
from ..contracts import (
    Answer,
    Attempt,
    Completion,
    Failover,
    Failure,
    Model,
    StreamDelta,
    StreamEnd,
    StreamFailed,
    StreamStart,
    TokenUsage,
)
from ..providers import InMemoryModelHealth

MINI = next(model for model in CATALOGUE if model.id == "gpt-4o-mini")
HAIKU = next(model for model in CATALOGUE if model.id == "claude-3-5-haiku")
PATIENT, SOON = 30_000, 500


@dataclass
class World:
    failover: Failover
    health: InMemoryModelHealth


Create = Callable[..., World]


def ask(prompt: str, max_tokens: int = 512) -> Completion:
    return Completion(prompt, None, max_tokens, 0)


def brief(attempts: Sequence[Attempt]) -> list[str]:
    return [f"{attempt.outcome} {attempt.status}" for attempt in attempts]


@dataclass
class Told:
    """All that a stream told."""

    start: Optional[str] = None
    deltas: list[str] = field(default_factory=list)
    usage: Optional[TokenUsage] = None
    attempts: list[str] = field(default_factory=list)
    failed: bool = False


async def stream(world: World, models: Sequence[Model], prompt: str) -> Told:
    events = await world.failover.stream(models, ask(prompt))
    assert not isinstance(events, Failure)
    told = Told()
    async for event in events:
        if isinstance(event, StreamStart):
            assert told == Told()
            told.start = event.model.id
        elif isinstance(event, StreamDelta):
            told.deltas.append(event.text)
        elif isinstance(event, StreamEnd):
            told.usage, told.attempts = event.usage, brief(event.attempts)
        else:
            assert isinstance(event, StreamFailed)
            told.failed, told.attempts = True, brief(event.attempts)
    return told


async def answer(world: World, models: Sequence[Model], prompt: str) -> Answer:
    said = await world.failover.complete(models, ask(prompt))
    assert isinstance(said, Answer), said
    return said


async def failure(world: World, models: Sequence[Model], prompt: str) -> Failure:
    said = await world.failover.complete(models, ask(prompt))
    assert isinstance(said, Failure)
    return said


async def eventually(holds: Callable[[], bool]) -> None:
    """Waits until something is so that no event tells of."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it did not come to this"
        await asyncio.sleep(0.005)


async def is_free(world: World) -> None:
    """The one place is free, and a connection too."""
    assert brief((await answer(world, [MINI], "Hello")).attempts) == ["ok 200"]


@dataclass(frozen=True)
class Fault:
    behaviour: str
    plain: list[str]
    streamed: list[str]
    deltas: int = 0
    """Those that a stream gives out before it fails."""
    all: str = "mixed"


FAULTS = [
    Fault("down", ["unavailable None"] * 2, ["unavailable None"] * 2),
    Fault("fail", ["unavailable 500"] * 2, ["unavailable 500"] * 2),
    Fault("overloaded", ["unavailable 529"] * 2, ["unavailable 529"] * 2),
    Fault("slow", ["timeout None"], ["timeout None"], all="timeout"),
    Fault("hang", ["timeout None"], ["timeout None"], all="timeout"),
    Fault("stall", ["timeout 200"], ["timeout 200"], 1, "timeout"),
    Fault("limit", ["rate_limited 429"] * 2, ["rate_limited 429"] * 2, all="limited"),
    Fault("limit-date", ["rate_limited 429"] * 2, ["rate_limited 429"] * 2, all="limited"),
    Fault("limit-long", ["rate_limited 429"], ["rate_limited 429"], all="limited"),
    Fault("limit-silent", ["rate_limited 429"], ["rate_limited 429"], all="limited"),
    Fault("reject", ["refused 400"], ["refused 400"]),
    Fault("garbage", ["malformed 200"], ["malformed 200"]),
    Fault("cut", ["cut 200"], ["cut 200"], 3),
    Fault("cut-early", ["cut 200"], ["cut 200"]),
    Fault("garbage-late", [], ["malformed 200"], 3),
    Fault("error", ["unavailable 500"] * 2, ["unavailable 200"], 3),
]

ANSWER = (
    b'{"choices":[{"message":{"content":"a"}}],'
    b'"usage":{"prompt_tokens":1,"completion_tokens":1}}'
)
EVENTS = (
    b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
    b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n'
    b"data: [DONE]\n\n"
)


class Provider:
    """A server that gives what it is told to, and counts."""

    def __init__(self, answers: Callable[[int, bytes], bytes]) -> None:
        self._answers = answers
        self.asked: list[float] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                self.asked.append(time.monotonic())
                writer.write(self._answers(len(self.asked), head))
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def serve(provider: Provider) -> tuple[asyncio.AbstractServer, str]:
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def whole(status: str, headers: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n".encode() + body
