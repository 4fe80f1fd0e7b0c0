"""The client of one provider, as tests/external/wires.test.ts has it."""

from __future__ import annotations

import asyncio
import json
from typing import AsyncIterator, Optional, Union

import pytest

from ..contracts import Completion, TokenUsage
from ..providers.anthropic import AnthropicWire
from ..providers.client import ProviderClient
from ..providers.fault import ProviderFault
from ..providers.limits import Limits
from ..providers.openai import OpenAiWire
from ..providers.wire import Wire

pytestmark = pytest.mark.anyio

LIMITS = Limits(answer=2000, stream=4000, line=500)
ASKED = Completion("Hello", None, 9, 0)
USAGE = {"prompt_tokens": 3, "completion_tokens": 2}
ANSWER = {"choices": [{"message": {"content": "Grüße"}}], "usage": USAGE}
EVENT_STREAM = "text/event-stream; charset=utf-8"


def frame(value: object) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


DELTA = frame({"choices": [{"delta": {"content": "a"}}]})
END = frame({"choices": [], "usage": USAGE}) + b"data: [DONE]\n\n"


class Provider:
    """Answers whatever it is told to."""

    def __init__(self) -> None:
        self.status = 200
        self.content_type: Optional[str] = None
        self.body = b""
        self.head = b""
        self.url = ""
        self._clients: list[ProviderClient] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.head = head
                await reader.readexactly(
                    int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                )
                kind = f"content-type: {self.content_type}\r\n" if self.content_type else ""
                writer.write(
                    f"HTTP/1.1 {self.status} Status\r\n{kind}location: /v1/other\r\n"
                    f"content-length: {len(self.body)}\r\n\r\n".encode()
                )
                writer.write(self.body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def client(
        self, wire: Wire, below: str = "", limits: Limits = LIMITS, timeout_ms: float = 20_000
    ) -> ProviderClient:
        client = ProviderClient(wire, self.url + below, "planted-key", 2, timeout_ms, limits)
        self._clients.append(client)
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.close()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider()
    async with await asyncio.start_server(provider.serve, "127.0.0.1", 0) as server:
        provider.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield provider
        await provider.close()


async def complete(
    provider: Provider, wire: Wire = OpenAiWire()
) -> Union[tuple[str, TokenUsage], str]:
    """What it says, or the outcome of its fault."""
    try:
        return await provider.client(wire).complete("m", ASKED, lambda: None)
    except ProviderFault as fault:
        return fault.outcome


async def stream(provider: Provider, wire: Wire = OpenAiWire()) -> list[Union[str, TokenUsage]]:
    """What it says, and the outcome of its fault."""
    answer = provider.client(wire).stream("m", ASKED, lambda: None)
    told: list[Union[str, TokenUsage]] = []
    try:
        while not told or isinstance(told[-1], str):
            told.append(await answer.next())
    except ProviderFault as fault:
        told.append(fault.outcome)
    return told


async def test_sends_what_the_format_says_below_any_base(provider: Provider) -> None:
    provider.body = json.dumps(ANSWER).encode()
    client = provider.client(OpenAiWire(), "/proxy/")
    assert await client.complete("m", ASKED, lambda: None) == ("Grüße", TokenUsage(3, 2))
    lines = provider.head.decode().lower().split("\r\n")
    assert lines[0] == "post /proxy/v1/chat/completions http/1.1"
    for line in (
        "authorization: bearer planted-key",
        "content-type: application/json",
        "accept: application/json",
        "accept-encoding: identity",
    ):
        assert line in lines


async def test_an_answer_may_be_as_long_as_allowed_and_no_longer(provider: Provider) -> None:
    padding = LIMITS.answer - len(json.dumps({**ANSWER, "x": ""}))
    provider.body = json.dumps({**ANSWER, "x": "x" * padding}).encode()
    assert await complete(provider) == ("Grüße", TokenUsage(3, 2))
    provider.body = json.dumps({**ANSWER, "x": "x" * (padding + 1)}).encode()
    assert await complete(provider) == "malformed"


async def test_an_answer_that_is_no_utf8_or_no_json_is_malformed(provider: Provider) -> None:
    for body in (json.dumps(ANSWER, ensure_ascii=False).encode("latin-1"), b"[" * 100_000, b""):
        provider.body = body[: LIMITS.answer]
        assert await complete(provider) == "malformed"


async def test_an_answer_is_not_unpacked(provider: Provider) -> None:
    provider.content_type = "application/json\r\ncontent-encoding: gzip"
    provider.body = json.dumps(ANSWER).encode()
    assert await complete(provider) == ("Grüße", TokenUsage(3, 2))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b":" + b"x" * LIMITS.line + b"\n\n", id="line"),
        pytest.param(b": comment\n\n" * (LIMITS.stream // 10), id="whole"),
        pytest.param(b": \xff\n\n", id="no UTF-8"),
    ],
)
async def test_a_stream_with_what_is_too_long_or_no_utf8_is_malformed(
    provider: Provider, body: bytes
) -> None:
    provider.content_type, provider.body = EVENT_STREAM, DELTA + body + DELTA + END
    told = await stream(provider)
    # Whatever came in one piece with too much is lost with it.
    assert (told[-1], told[:-1]) in [("malformed", ["a"]), ("malformed", [])]


@pytest.mark.parametrize("content_type", ["text/event-stream-2", "application/json", None])
async def test_a_stream_of_another_kind_is_malformed(
    provider: Provider, content_type: Optional[str]
) -> None:
    provider.content_type, provider.body = content_type, DELTA + END
    assert await stream(provider) == ["malformed"]


async def test_a_stream_without_its_end_is_cut(provider: Provider) -> None:
    provider.content_type, provider.body = EVENT_STREAM, DELTA
    assert await stream(provider) == ["a", "cut"]


async def test_a_stream_that_is_read_slowly_is_whole_and_read_ahead_only_so_far(
    provider: Provider,
) -> None:
    long = "a" * 2000
    provider.content_type = EVENT_STREAM
    provider.body = frame({"choices": [{"delta": {"content": long}}]}) * 200 + END
    limits = Limits(stream=1_000_000)
    client = provider.client(OpenAiWire(), limits=limits, timeout_ms=300)
    released = asyncio.Event()
    answer = client.stream("m", ASKED, released.set)
    assert await answer.next() == long
    # Longer than the provider may be silent, which is no fault of its own now.
    await asyncio.sleep(0.5)
    assert not released.is_set() and 64 <= len(answer._items) < 150
    assert [await answer.next() for _ in range(200)] == [*[long] * 199, TokenUsage(3, 2)]
    await asyncio.wait_for(released.wait(), 20)


@pytest.mark.parametrize(
    "status, outcome",
    [
        (204, "malformed"),
        (302, "malformed"),
        (400, "refused"),
        (401, "refused"),
        (404, "refused"),
        (429, "rate_limited"),
        (500, "unavailable"),
        (503, "unavailable"),
        (529, "unavailable"),
    ],
)
async def test_what_a_status_means(provider: Provider, status: int, outcome: str) -> None:
    provider.status, provider.body = status, b"" if status == 204 else b"x"
    assert await complete(provider) == outcome
    assert await stream(provider, AnthropicWire()) == [outcome]
