from __future__ import annotations

import asyncio

import pytest

from ..providers.concurrency import Places

pytestmark = pytest.mark.anyio

LONG = 60_000


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_places_are_taken_in_the_order_of_asking_and_by_no_more_than_there_are() -> None:
    places = Places(2)
    first, second = await places.take(0), await places.take(0)
    assert first is not None and second is not None
    third, fourth = (asyncio.ensure_future(places.take(LONG)) for _ in range(2))
    await _settle()
    assert not third.done() and places.taken == 2
    second()
    await _settle()
    assert third.done() and not fourth.done()
    third_release = third.result()
    assert third_release is not None
    third_release()
    last = await fourth
    assert last is not None and places.taken == 2
    last()
    first()
    assert places.taken == 0


async def test_places_are_given_back_once_however_often_that_is_said() -> None:
    places = Places(1)
    release = await places.take(0)
    assert release is not None
    release()
    release()
    assert places.taken == 0
    assert await places.take(0) is not None
    release()
    assert places.taken == 1


async def test_places_are_not_waited_for_longer_than_allowed() -> None:
    places = Places(1)
    release = await places.take(0)
    assert release is not None
    assert await places.take(1) is None
    release()
    assert places.taken == 0


async def test_places_go_to_the_next_when_who_waits_for_one_leaves() -> None:
    places = Places(1)
    release = await places.take(0)
    assert release is not None
    left, after = (asyncio.ensure_future(places.take(LONG)) for _ in range(2))
    await _settle()
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    release()
    given = await after
    assert given is not None
    given()
    assert places.taken == 0


async def test_a_place_is_not_lost_to_who_leaves_in_the_moment_of_getting_it() -> None:
    places = Places(1)
    release = await places.take(0)
    assert release is not None
    left, after = (asyncio.ensure_future(places.take(LONG)) for _ in range(2))
    await _settle()
    release()
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    given = await after
    assert given is not None
    given()
    assert places.taken == 0
