from __future__ import annotations

import asyncio
from typing import List

import pytest

from ..providers.exchange import Exchange
from ..providers.fault import ProviderFault

pytestmark = pytest.mark.anyio

PATIENT = 60_000
CONNECTED = "http11.send_request_headers.started"


class Work:
    """A request that hangs, and takes a while to close its connection."""

    def __init__(self, timeout_ms: float = PATIENT) -> None:
        self.seen: List[str] = []
        self.exchange = Exchange(timeout_ms, lambda: self.seen.append("released"))
        self.may_connect = asyncio.Event()
        self.task = self.exchange.start(self._work())

    async def _work(self) -> None:
        try:
            await self.may_connect.wait()
            await self.exchange.trace(CONNECTED, None)
            await asyncio.Event().wait()
        finally:
            for _ in range(3):
                await asyncio.sleep(0)
            self.seen.append("closed")


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_stopping_again_does_not_interrupt_closing() -> None:
    work = Work()
    work.may_connect.set()
    await _settle()
    work.exchange.stop()
    for _ in range(5):
        await asyncio.sleep(0)
        work.exchange.stop()
    await asyncio.wait({work.task}, timeout=20)
    assert work.task.cancelled()
    assert work.seen == ["closed", "released"]


async def test_a_request_that_takes_its_connection_is_stopped_when_it_has_it() -> None:
    work = Work()
    await _settle()
    work.exchange.stop()
    await _settle()
    assert not work.task.done() and work.seen == []
    work.may_connect.set()
    await asyncio.wait({work.task}, timeout=20)
    assert work.task.cancelled()
    assert work.seen == ["closed", "released"]


async def test_a_request_that_takes_too_long_is_a_fault_that_says_so() -> None:
    work = Work(timeout_ms=1)
    work.may_connect.set()
    with pytest.raises(ProviderFault, match="^timeout$"):
        await work.task
    assert work.seen == ["closed", "released"]


async def test_nothing_is_stopped_that_has_ended() -> None:
    work = Work()
    work.may_connect.set()
    await _settle()
    work.exchange.finish()
    work.exchange.stop()
    await _settle()
    assert not work.task.done()
    work.task.cancel()
    await asyncio.wait({work.task}, timeout=20)
