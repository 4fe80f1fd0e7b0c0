"""Failover on every fault of a provider, as tests/external/failover.test.ts has it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import traceback
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, AsyncIterator, Callable, Coroutine, Iterator, Optional, Sequence, Union

import anyio
import pytest

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
    StreamEvent,
    StreamFailed,
    StreamStart,
    TokenUsage,
)
from ..providers import FailoverOptions, InMemoryModelHealth, ProviderAccess, create_failover
from ..providers.client import ProviderClient
from ..providers.failover import steady_milliseconds
from ..providers.fault import ProviderFault
from ..providers.limits import Limits
from ..providers.openai import OpenAiWire
from .stand_in import StandIn, start_stand_in

pytestmark = pytest.mark.anyio

MINI = next(model for model in CATALOGUE if model.id == "gpt-4o-mini")
HAIKU = next(model for model in CATALOGUE if model.id == "claude-3-5-haiku")
PATIENT, SOON = 30_000, 500


@dataclass
class World:
    failover: Failover
    health: InMemoryModelHealth


Create = Callable[..., World]


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with start_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
async def create(stand_in: StandIn) -> AsyncIterator[Create]:
    """Makes failovers that ask the stand-in, patiently unless told otherwise."""
    created: list[World] = []

    def create(
        url: str = stand_in.url,
        key: str = "for-the-stand-in",
        concurrency: int = 8,
        timeout_ms: float = PATIENT,
        queue_ms: float = PATIENT,
        retry_after_ms: float = 500,
    ) -> World:
        access = ProviderAccess(url, key, concurrency)
        health = InMemoryModelHealth(3, 60_000)
        options = FailoverOptions(
            {"openai": access, "anthropic": access}, health, timeout_ms, queue_ms, retry_after_ms
        )
        created.append(World(create_failover(options), health))
        return created[-1]

    yield create
    for world in created:
        await world.failover.close()


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


async def test_gives_the_first_models_answer_plain_and_streamed_alike(create: Create) -> None:
    world = create()
    for models in ([MINI, HAIKU], [HAIKU, MINI]):
        said = await answer(world, models, "Hello 🧭")
        assert said.model == models[0]
        assert said.output.startswith("You wrote 8 characters, beginning with “Hello 🧭”.")
        assert (said.usage.prompt_tokens, brief(said.attempts)) == (2, ["ok 200"])
        told = await stream(world, models, "Hello 🧭")
        assert told.start == models[0].id
        assert "".join(told.deltas) == said.output
        assert len(told.deltas) > 10
        assert (told.usage, told.attempts) == (said.usage, ["ok 200"])
    assert world.health.status(MINI.id, steady_milliseconds()) == "available"


async def test_reads_answers_that_come_in_small_pieces(create: Create) -> None:
    world = create()
    said = await answer(world, [MINI], "[stand-in all=shred] 🧭")
    for model in (MINI, HAIKU):
        told = await stream(world, [model], "[stand-in all=shred] 🧭")
        assert "".join(told.deltas) == said.output
        assert told.usage == said.usage


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


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.behaviour))
async def test_goes_to_the_next_model_and_says_clearly_when_there_is_none(
    create: Create, fault: Fault
) -> None:
    timeout_ms = SOON if fault.all == "timeout" else PATIENT
    world, other = create(timeout_ms=timeout_ms), create(timeout_ms=timeout_ms)
    both = [MINI, HAIKU]
    one, every = f"[stand-in openai={fault.behaviour}]", f"[stand-in all={fault.behaviour}]"
    said, told, none, nothing = await asyncio.gather(
        answer(world, both, one),
        stream(world, both, one),
        other.failover.complete(both, ask(every)),
        other.failover.stream(both, ask(every)),
    )
    assert brief(said.attempts) == [*fault.plain, "ok 200"]
    assert said.model == (HAIKU if fault.plain else MINI)
    if fault.deltas > 0:
        assert (told.failed, told.attempts) == (True, fault.streamed)
        assert len(told.deltas) == fault.deltas
    else:
        assert (told.failed, told.attempts) == (False, [*fault.streamed, "ok 200"])
        assert "".join(told.deltas) == said.output
    failures = 0 if fault.behaviour == "reject" else len(fault.plain) + len(fault.streamed)
    rate = failures / (failures + (0 if fault.plain else 1)) if failures else 0
    assert world.health.error_rate(MINI.id) == rate

    assert isinstance(none, Failure) == bool(fault.plain)
    if isinstance(none, Failure):
        assert (brief(none.attempts), none.all) == (fault.plain * 2, fault.all)
        retry_after = 3600 if fault.behaviour == "limit-long" else 1
        assert none.retry_after == (retry_after if fault.all == "limited" else None)
    if fault.deltas == 0:
        assert isinstance(nothing, Failure)
        assert (brief(nothing.attempts), nothing.all) == (fault.streamed * 2, fault.all)
    else:
        assert not isinstance(nothing, Failure)
        await nothing.aclose()


async def test_fails_a_stream_that_ends_tidily_without_its_end_marker(create: Create) -> None:
    world = create()
    for model in (MINI, HAIKU):
        told = await stream(world, [model], "[stand-in all=end-early]")
        assert (told.failed, told.attempts) == (True, ["cut 200"])


@pytest.mark.parametrize(
    "behaviour, outcome",
    [("down", "unavailable None"), ("fail", "unavailable 500"), ("limit", "rate_limited 429")],
)
async def test_asks_the_same_model_once_more(
    create: Create, stand_in: StandIn, behaviour: str, outcome: str
) -> None:
    world = create()
    try:
        stand_in.control({"openai": [behaviour, "ok"]})
        said = await answer(world, [MINI, HAIKU], "Hello")
        assert (said.model, brief(said.attempts)) == (MINI, [outcome, "ok 200"])
        stand_in.control({"openai": [behaviour, "ok"]})
        assert (await stream(world, [MINI, HAIKU], "Hello")).attempts == [outcome, "ok 200"]
    finally:
        stand_in.control({})
    assert world.health.status(MINI.id, steady_milliseconds()) == "available"
    assert world.health.error_rate(MINI.id) == 0.5


async def test_says_that_nobody_is_there_and_that_there_is_nobody_to_ask(create: Create) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    world = create(f"http://127.0.0.1:{port}")
    none = await failure(world, [MINI], "Hello")
    assert (none.all, brief(none.attempts)) == ("mixed", ["unavailable None"] * 2)
    assert await failure(world, [], "Hello") == Failure("mixed", None, ())


async def test_tells_the_least_that_anybody_asked_to_wait_and_pauses_a_model(
    create: Create,
) -> None:
    world = create()
    none = await failure(world, [MINI, HAIKU], "[stand-in openai=limit-long anthropic=limit]")
    assert (none.all, none.retry_after) == ("limited", 1)
    now = steady_milliseconds()
    statuses = [world.health.status(model.id, now) for model in (MINI, HAIKU)]
    assert statuses == ["unavailable", "degraded"]


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


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_waits_for_as_long_as_a_provider_asks(create: Create, form: str) -> None:
    def limited_once(turn: int, _: bytes) -> bytes:
        if turn == 2:
            return whole("200 OK", "", ANSWER)
        # A date has whole seconds only: this one is between one and two away.
        value = formatdate(time.time() + 2, usegmt=True) if form == "date" else "1"
        return whole("429 Too Many Requests", f"retry-after: {value}\r\n")

    provider = Provider(limited_once)
    server, url = await serve(provider)
    async with server:
        said = await answer(create(url, retry_after_ms=2500), [MINI], "Hello")
        assert brief(said.attempts) == ["rate_limited 429", "ok 200"]
    first, second = provider.asked
    assert 0.99 <= second - first < 20


async def test_uses_a_connection_again_after_streams_too(create: Create) -> None:
    def refuse_or_stream(_: int, head: bytes) -> bytes:
        if b"text/event-stream" not in head:
            return whole("400 Bad Request", "", b"no" * 2000)
        return whole("200 OK", "content-type: text/event-stream\r\n", EVENTS + b": bye\n\n")

    provider = Provider(refuse_or_stream)
    server, url = await serve(provider)
    async with server:
        world = create(url, concurrency=1)
        for _ in range(4):
            assert (await stream(world, [MINI], "Hello")).usage == TokenUsage(1, 1)
            assert brief((await failure(world, [MINI], "Hello")).attempts) == ["refused 400"]
        assert provider.connections == 1


@pytest.mark.parametrize("key", ["wrong-planted-2f6b", "wrong-planted-2f6b\n"])
async def test_keeps_keys_to_itself_even_those_that_a_provider_repeats(
    create: Create, key: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    world = create(key=key)
    for models in ([MINI], [HAIKU]):
        none = await failure(world, models, "Hello")
        refused = await world.failover.stream(models, ask("Hello"))
        assert isinstance(refused, Failure)
        outcome = "unavailable" if key.endswith("\n") else "refused"
        assert none.attempts[0].outcome == outcome
        assert "planted" not in repr((none, refused, vars(world.failover)))
    assert "planted" not in caplog.text
    assert "planted" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("key", ["wrong-planted-2f6b", "wrong-planted-2f6b\n"])
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_fault_says_nothing_of_what_led_to_it(
    stand_in: StandIn, key: str, streamed: bool
) -> None:
    prompt = "a " + "secret"
    client = ProviderClient(OpenAiWire(), stand_in.url, key, 1, PATIENT, Limits())
    with pytest.raises(ProviderFault) as caught:
        if streamed:
            await client.stream("gpt-4o", ask(prompt), lambda: None).next()
        else:
            await client.complete("gpt-4o", ask(prompt), lambda: None)
    await client.close()
    error: Optional[BaseException] = caught.value
    while error is not None:
        assert isinstance(error, ProviderFault), repr(error)
        error = error.__cause__ or error.__context__
    said = "".join(traceback.format_exception(caught.value))
    assert "planted" not in said and "a secret" not in said


async def test_places_are_never_more_taken_than_allowed_and_all_who_wait_get_one(
    create: Create,
) -> None:
    with start_stand_in() as own:
        world = create(own.url, concurrency=3)

        async def one(index: int) -> bool:
            prompt = ask(f"[stand-in all=shred] {index}", 4)
            if index % 2 == 0:
                return isinstance(await world.failover.complete([MINI], prompt), Answer)
            events = await world.failover.stream([MINI], prompt)
            assert not isinstance(events, Failure)
            return isinstance([event async for event in events][-1], StreamEnd)

        assert all(await asyncio.gather(*map(one, range(30))))
        assert own.requests()["mostOpen"] == 3


async def test_places_are_waited_for_no_longer_than_allowed(
    create: Create, stand_in: StandIn
) -> None:
    world = create(concurrency=1, queue_ms=20)
    held = asyncio.ensure_future(answer(world, [MINI], "[stand-in all=hold]"))
    await eventually(lambda: bool(stand_in.requests()["open"] == 1))
    other = await answer(world, [MINI, HAIKU], "Hello")
    assert (other.model, brief(other.attempts)) == (HAIKU, ["busy None", "ok 200"])
    none = await world.failover.stream([MINI], ask("Hello"))
    assert isinstance(none, Failure)
    assert (none.all, none.retry_after, brief(none.attempts)) == ("limited", 1, ["busy None"])
    assert world.health.status(MINI.id, steady_milliseconds()) == "available"
    stand_in.release()
    await held
    await is_free(world)


async def test_places_are_given_back_after_every_fault(create: Create, stand_in: StandIn) -> None:
    world = create(concurrency=1, timeout_ms=SOON)
    for fault in FAULTS:
        prompt = ask(f"[stand-in all={fault.behaviour}]")
        await world.failover.complete([MINI], prompt)
        events = await world.failover.stream([MINI], prompt)
        if not isinstance(events, Failure):
            async for _ in events:
                pass
    await eventually(lambda: bool(stand_in.requests()["open"] == 0))
    await is_free(world)


Begin = Callable[[World], Coroutine[Any, Any, Any]]
BEGINNINGS: dict[str, Begin] = {
    "plain": lambda world: answer(world, [MINI, HAIKU], "[stand-in all=hang]"),
    "before the first delta": lambda world: stream(world, [MINI, HAIKU], "[stand-in all=hang]"),
    "after the first delta": lambda world: stream(world, [MINI, HAIKU], "[stand-in all=stall]"),
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
@pytest.mark.parametrize("scope", ["task", "anyio"])
async def test_a_client_that_leaves_ends_its_request(
    create: Create, stand_in: StandIn, begin: Begin, scope: str
) -> None:
    world = create(concurrency=1)
    before = stand_in.requests()

    async def leave() -> None:
        await eventually(lambda: bool(stand_in.requests()["asked"] == before["asked"] + 1))
        # Its first delta, too, has been read by then, if it has one.
        await asyncio.sleep(0.05)

    if scope == "anyio":
        # As Starlette does: anyio cancels again whatever is awaited on the way out.
        async with anyio.create_task_group() as group:
            group.start_soon(begin, world)
            await leave()
            group.cancel_scope.cancel()
    else:
        task = asyncio.ensure_future(begin(world))
        await leave()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await eventually(lambda: bool(stand_in.requests()["left"] == before["left"] + 1))
    await is_free(world)
    assert world.health.error_rate(MINI.id) == 0


@pytest.mark.parametrize("read", [0, 1, 2])
async def test_a_stream_that_is_read_no_further_ends(
    create: Create, stand_in: StandIn, read: int
) -> None:
    world = create(concurrency=1)
    before = stand_in.requests()["left"]
    events = await world.failover.stream([MINI], ask("[stand-in all=stall]"))
    assert not isinstance(events, Failure)
    got: list[StreamEvent] = [await events.__anext__() for _ in range(read)]
    assert [type(event) for event in got] == [StreamStart, StreamDelta][:read]
    await events.aclose()
    await eventually(lambda: bool(stand_in.requests()["left"] == before + 1))
    await is_free(world)


async def test_a_client_that_leaves_waits_neither_for_a_place_nor_for_what_a_provider_asks(
    create: Create, stand_in: StandIn
) -> None:
    world = create(concurrency=1, retry_after_ms=3_600_000)
    held = asyncio.ensure_future(answer(world, [MINI], "[stand-in all=hang]"))
    await asyncio.sleep(0)
    queued = asyncio.ensure_future(answer(world, [MINI], "Hello"))
    await asyncio.sleep(0)
    for task in (queued, held):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await eventually(lambda: bool(stand_in.requests()["open"] == 0))
    before = stand_in.requests()["asked"]
    resting = asyncio.ensure_future(answer(world, [MINI], "[stand-in all=limit-long]"))
    await eventually(lambda: bool(stand_in.requests()["asked"] == before + 1))
    await eventually(lambda: bool(stand_in.requests()["open"] == 0))
    resting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await resting
    await is_free(world)


async def test_clients_that_leave_at_any_moment_lose_no_place_and_no_connection(
    create: Create, stand_in: StandIn
) -> None:
    world = create(concurrency=4)
    chance = random.Random(7)

    async def leave_some_time() -> None:
        prompt = chance.choice(["Hello", "[stand-in all=shred]", "[stand-in all=stall]"])
        work = chance.choice([answer, stream])
        task: asyncio.Future[Any] = asyncio.ensure_future(work(world, [MINI, HAIKU], prompt))
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
        await asyncio.sleep(chance.choice([0, 0, 0.001, 0.005]))
        task.cancel()
        await asyncio.wait({task})

    for _ in range(20):
        await asyncio.gather(*(leave_some_time() for _ in range(8)))
    await eventually(lambda: bool(stand_in.requests()["open"] == 0))
    for model in (MINI, HAIKU):
        both = await asyncio.gather(*(answer(world, [model], "Hello") for _ in range(12)))
        assert {said.model for said in both} == {model}


async def test_closing_ends_what_is_under_way(create: Create, stand_in: StandIn) -> None:
    world = create()
    before = stand_in.requests()["asked"]
    waiting: list[asyncio.Future[Union[Failure, Told]]] = [
        asyncio.ensure_future(failure(world, [MINI], "[stand-in all=hang]")),
        asyncio.ensure_future(stream(world, [MINI], "[stand-in all=stall]")),
    ]
    await eventually(lambda: bool(stand_in.requests()["asked"] == before + 2))
    await asyncio.sleep(0.05)
    await world.failover.close()
    plain, streamed = await asyncio.gather(*waiting)
    assert isinstance(plain, Failure) and isinstance(streamed, Told)
    assert (plain.all, streamed.attempts) == ("mixed", ["cut 200"])
    await eventually(lambda: bool(stand_in.requests()["open"] == 0))
