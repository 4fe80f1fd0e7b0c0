from __future__ import annotations

import asyncio
from typing import List

import pytest

from ..single_flight import SingleFlight

pytestmark = pytest.mark.anyio


class Work:
    """Work that ends when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0
        self.may_end = asyncio.Event()
        self.result: "asyncio.Future[str]" = asyncio.get_running_loop().create_future()

    async def __call__(self) -> str:
        self.begun += 1
        try:
            return await asyncio.shield(self.result)
        except asyncio.CancelledError:
            self.cancelled += 1
            await self.may_end.wait()
            raise


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _join(flights: SingleFlight[str], work: Work, count: int) -> List["asyncio.Future[object]"]:
    return [asyncio.ensure_future(flights.join("key", work)) for _ in range(count)]


async def test_works_once_for_many_and_charges_the_first() -> None:
    flights, work = SingleFlight[str](), Work()
    waiting = _join(flights, work, 3)
    await _settle()
    work.result.set_result("answer")
    answers = await asyncio.gather(*waiting)
    assert answers == [("answer", True), ("answer", False), ("answer", False)]
    assert work.begun == 1


async def test_begins_anew_when_the_work_has_ended() -> None:
    flights, work = SingleFlight[str](), Work()
    work.result.set_result("answer")
    await flights.join("key", work)
    await flights.join("key", work)
    assert work.begun == 2


async def test_goes_on_for_those_who_stay_and_charges_the_next() -> None:
    flights, work = SingleFlight[str](), Work()
    leader, follower = _join(flights, work, 2)
    await _settle()
    leader.cancel()
    await _settle()
    work.result.set_result("answer")
    assert await follower == ("answer", True)
    assert (work.begun, work.cancelled) == (1, 0)


async def test_is_cancelled_when_the_last_has_left_and_nobody_joins_it_then() -> None:
    flights, work = SingleFlight[str](), Work()
    for waiting in _join(flights, work, 2):
        await _settle()
        waiting.cancel()
    await _settle()
    assert work.cancelled == 1
    other = Work()
    other.result.set_result("another")
    assert await flights.join("key", other) == ("another", True)
    work.may_end.set()


async def test_gives_a_failure_to_all() -> None:
    flights, work = SingleFlight[str](), Work()
    waiting = _join(flights, work, 2)
    await _settle()
    work.result.set_exception(ValueError("broken"))
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(error) for error in results] == ["broken", "broken"]


async def test_cleared_lets_nobody_join_what_is_under_way() -> None:
    flights, work, later = SingleFlight[str](), Work(), Work()
    [waiting] = _join(flights, work, 1)
    await _settle()
    flights.clear()
    later.result.set_result("new")
    assert await flights.join("key", later) == ("new", True)
    work.result.set_result("old")
    assert await waiting == ("old", True)
