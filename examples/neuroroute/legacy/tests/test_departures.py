"""Places with a provider, and clients that leave, as tests/external/failover.test.ts has them."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Callable, Coroutine, Union

import anyio
import pytest

from ..contracts import Answer, Failure, StreamDelta, StreamEnd, StreamEvent, StreamStart
from ..providers.failover import steady_milliseconds
from .failover_world import (
    FAULTS,
    HAIKU,
    MINI,
    SOON,
    Create,
    Told,
    World,
    answer,
    ask,
    brief,
    eventually,
    failure,
    is_free,
    stream,
)
from .stand_in import StandIn, start_stand_in

pytestmark = pytest.mark.anyio


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
