"""One provider, over HTTP."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from functools import lru_cache
from typing import Any, AsyncContextManager, AsyncIterator, Callable, Coroutine, Mapping, Optional

import httpx

from ..contracts import Completion, TokenUsage
from .event_stream import EventStream, LineTooLong
from .exchange import Exchange
from .fault import ProviderFault, fault_of
from .limits import Limits
from .retry_after import retry_after_ms
from .streamed_answer import StreamedAnswer
from .wire import ErrorEvent, FormatError, Json, StreamReader, Wire, parse

# How many bytes are read that nobody wants, only so that a connection can be used again, and for
# how many seconds.
_LEFTOVER = 65_536
_LEFTOVER_SECONDS = 1

_EVENT_STREAM = re.compile(r"text/event-stream\s*(;|$)", re.IGNORECASE)


class ProviderClient:
    """Each question takes a place, which ``release`` gives back when its connection is closed or
    free again.
    """

    def __init__(
        self, wire: Wire, url: str, key: str, concurrency: int, timeout_ms: float, limits: Limits
    ) -> None:
        self._wire = wire
        self._url = url.rstrip("/") + wire.path
        self._timeout_ms = timeout_ms
        self._limits = limits
        self._exchanges: dict[asyncio.Task[None], Exchange] = {}
        # Places count the connections, and exchanges time what is read from them.
        self._http = httpx.AsyncClient(
            headers={
                **wire.headers(key),
                "accept-encoding": "identity",
                "user-agent": "neuroroute",
            },
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=concurrency, keepalive_expiry=4
            ),
            timeout=httpx.Timeout(None, connect=timeout_ms / 1000),
            verify=_trusted_certificates(),
            trust_env=False,
            follow_redirects=False,
        )

    async def complete(
        self, model: str, completion: Completion, release: Callable[[], None]
    ) -> tuple[str, TokenUsage]:
        """The output and what it used. Raises ProviderFault."""
        exchange = Exchange(self._timeout_ms, release)
        said: list[tuple[str, TokenUsage]] = []

        async def work() -> None:
            body = await self._whole(self._wire.body(model, completion, False), exchange)
            said.append(_read(self._wire, body))

        task = self._start(exchange, work())
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            exchange.stop()
            raise
        if task.cancelled():
            raise exchange.broken()
        task.result()
        return said[0]

    def stream(
        self, model: str, completion: Completion, release: Callable[[], None]
    ) -> StreamedAnswer:
        """Asks, whether anybody reads the answer or not: it is to be closed."""
        exchange = Exchange(self._timeout_ms, release)
        answer = StreamedAnswer(exchange)
        body = self._wire.body(model, completion, True)
        task = self._start(exchange, self._pump(body, exchange, answer))
        task.add_done_callback(answer.ended)
        return answer

    async def close(self) -> None:
        """Closes all connections, whatever is under way on them."""
        for exchange in self._exchanges.values():
            exchange.stop()
        if self._exchanges:
            await asyncio.wait(set(self._exchanges))
        await self._http.aclose()

    def _start(
        self, exchange: Exchange, work: Coroutine[Any, Any, None]
    ) -> asyncio.Task[None]:
        task = exchange.start(work)
        self._exchanges[task] = exchange
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._exchanges[task]
        if not task.cancelled():
            # Taken, since whoever asked may have left.
            task.exception()

    def _ask(
        self, body: Mapping[str, Json], accept: str, exchange: Exchange
    ) -> AsyncContextManager[httpx.Response]:
        return self._http.stream(
            "POST",
            self._url,
            json=body,
            headers={"accept": accept},
            extensions={"trace": exchange.trace},
        )

    async def _whole(self, body: Mapping[str, Json], exchange: Exchange) -> bytes:
        async with self._ask(body, "application/json", exchange) as response:
            pieces = await _accepted(response, exchange)
            whole = bytearray()
            async for piece in pieces:
                whole += piece
                if len(whole) > self._limits.answer:
                    raise ProviderFault("malformed", 200)
            exchange.finish()
        return bytes(whole)

    async def _pump(
        self, body: Mapping[str, Json], exchange: Exchange, answer: StreamedAnswer
    ) -> None:
        async with self._ask(body, "text/event-stream", exchange) as response:
            pieces = await _accepted(response, exchange)
            if _EVENT_STREAM.match(response.headers.get("content-type", "")) is None:
                raise ProviderFault("malformed", 200)
            reader = self._wire.create_reader()
            events = EventStream(self._limits.line)
            length = 0
            async for piece in pieces:
                exchange.rest()
                length += len(piece)
                if length > self._limits.stream:
                    raise ProviderFault("malformed", 200)
                fault = _take(piece, events, reader, answer)
                if fault is not None:
                    raise fault
                if reader.usage is not None:
                    break
                await answer.room()
                exchange.wait()
            if reader.usage is None:
                raise ProviderFault("cut", 200)
            answer.put(reader.usage)
            exchange.read_away(_LEFTOVER_SECONDS)
            await _read_away(pieces)
            exchange.finish()


@lru_cache
def _trusted_certificates() -> ssl.SSLContext:
    """Loaded once for all providers: it takes longer than all else that a client begins with."""
    return httpx.create_ssl_context()


async def _accepted(response: httpx.Response, exchange: Exchange) -> AsyncIterator[bytes]:
    """The pieces of an answer that says that all is well."""
    exchange.status = response.status_code
    pieces = response.aiter_raw()
    if response.status_code == 200:
        return pieces
    fault = fault_of(
        response.status_code,
        retry_after_ms(response.headers.get("retry-after"), time.time() * 1000),
    )
    try:
        await _read_away(pieces)
    except httpx.HTTPError:
        pass
    except asyncio.CancelledError:
        if not exchange.timed_out:
            raise
    else:
        exchange.finish()
    raise fault


async def _read_away(pieces: AsyncIterator[bytes]) -> None:
    length = 0
    async for piece in pieces:
        length += len(piece)
        if length > _LEFTOVER:
            return


def _read(wire: Wire, body: bytes) -> tuple[str, TokenUsage]:
    try:
        return wire.read_answer(parse(body.decode("utf-8")))
    except (FormatError, UnicodeDecodeError):
        pass
    raise ProviderFault("malformed", 200)


def _take(
    piece: bytes, events: EventStream, reader: StreamReader, answer: StreamedAnswer
) -> Optional[ProviderFault]:
    """Gives out the deltas of a piece, and tells what is wrong after them."""
    try:
        for data in events.push(piece):
            delta = reader.read(data)
            if delta != "":
                answer.put(delta)
            if reader.usage is not None:
                break
    except ErrorEvent:
        return ProviderFault("unavailable", 200)
    except (FormatError, LineTooLong, UnicodeDecodeError):
        return ProviderFault("malformed", 200)
    return None
