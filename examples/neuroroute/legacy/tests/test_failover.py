"""Failover on every fault of a provider, as tests/external/failover.test.ts has it."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from email.utils import formatdate
from typing import Optional

import pytest

from ..contracts import Failure, TokenUsage
from ..providers.client import ProviderClient
from ..providers.failover import steady_milliseconds
from ..providers.fault import ProviderFault
from ..providers.limits import Limits
from ..providers.openai import OpenAiWire
from .failover_world import (
    ANSWER,
    EVENTS,
    FAULTS,
    HAIKU,
    MINI,
    PATIENT,
    SOON,
    Create,
    Fault,
    Provider,
    answer,
    ask,
    brief,
    failure,
    serve,
    stream,
    whole,
)
from .stand_in import StandIn

pytestmark = pytest.mark.anyio


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
