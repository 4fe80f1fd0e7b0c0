"""The providers' formats, by the vectors that tests/external/wires.test.ts runs too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterable, Union

import pytest

from ..contracts import Attempt, Completion, TokenUsage
from ..providers.anthropic import AnthropicWire
from ..providers.event_stream import EventStream, LineTooLong
from ..providers.health import InMemoryModelHealth
from ..providers.openai import OpenAiWire
from ..providers.retry_after import retry_after_ms
from ..providers.wire import ErrorEvent, FormatError, Wire, parse

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "tests/external/vectors.json").read_text("utf-8")
)
WIRES: dict[str, Wire] = {"openai": OpenAiWire(), "anthropic": AnthropicWire()}
COMPLETION = Completion("Hello", "Be brief", 9, 1.5)
BARE = Completion("Hello", None, 9, 0.5)


def _named(vectors: Iterable[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "vector", [pytest.param(vector, id=vector["what"]) for vector in vectors]
    )


def test_requests_to_openai_are_in_its_format() -> None:
    wire = OpenAiWire()
    assert wire.path == "/v1/chat/completions"
    assert wire.headers("k") == {"authorization": "Bearer k"}
    assert wire.body("gpt-4o", COMPLETION, False) == {
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "Be brief"},
            {"role": "user", "content": "Hello"},
        ],
        "max_tokens": 9,
        "temperature": 1.5,
    }
    assert wire.body("gpt-4o", BARE, True) == {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_requests_to_anthropic_are_in_its_format_whose_temperature_ends_at_1() -> None:
    wire = AnthropicWire()
    assert wire.path == "/v1/messages"
    assert wire.headers("k") == {"x-api-key": "k", "anthropic-version": "2023-06-01"}
    assert wire.body("claude-3-5-haiku", COMPLETION, False) == {
        "model": "claude-3-5-haiku",
        "system": "Be brief",
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 9,
        "temperature": 1,
    }
    assert wire.body("claude-3-5-haiku", BARE, True) == {
        "model": "claude-3-5-haiku",
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "stream": True,
    }


@_named(VECTORS["answers"])
def test_an_answer(vector: dict[str, Any]) -> None:
    wire, expected = WIRES[vector["provider"]], vector["expect"]
    if expected is None:
        with pytest.raises(FormatError):
            wire.read_answer(parse(vector["body"]))
    else:
        output, usage = wire.read_answer(parse(vector["body"]))
        assert (output, usage) == (expected["output"], TokenUsage(**expected["usage"]))
        assert isinstance(usage.prompt_tokens, int)


def _read(wire: Wire, pieces: Iterable[bytes]) -> tuple[list[str], Union[TokenUsage, str]]:
    """What an attempt would come to."""
    stream, reader, deltas = EventStream(1000), wire.create_reader(), list[str]()
    try:
        for piece in pieces:
            for data in stream.push(piece):
                delta = reader.read(data)
                if delta != "":
                    deltas.append(delta)
                if reader.usage is not None:
                    return deltas, reader.usage
    except ErrorEvent:
        return deltas, "unavailable"
    except FormatError:
        return deltas, "malformed"
    return deltas, "cut"


@_named(VECTORS["streams"])
def test_a_stream_is_the_same_wherever_it_is_cut(vector: dict[str, Any]) -> None:
    wire, end, text = WIRES[vector["provider"]], vector["end"], vector["text"].encode()
    expected = vector["deltas"], TokenUsage(**end) if isinstance(end, dict) else end
    assert _read(wire, [text]) == expected
    for at in range(len(text) + 1):
        assert _read(wire, [text[:at], text[at:]]) == expected, f"cut at {at}"


def _events(pieces: Iterable[bytes], longest: int = 1000) -> list[str]:
    stream = EventStream(longest)
    return [event for piece in pieces for event in stream.push(piece)]


def test_events_are_the_same_wherever_their_pieces_end_one_byte_each_too() -> None:
    text = (
        "\ufeff: hi\r\ndata: Grüße\r\ndata:  🧭\r\n\r\ndata\n\nid: 1\rdata:x\r\r"
        "not: data\n\n\ndata: y\n\r\n\ufeffdata: no\n\ndata: never\n"
    ).encode()
    whole = ["Grüße\n 🧭", "", "x", "y"]
    assert _events([text]) == whole
    for at in range(len(text) + 1):
        assert _events([text[:at], text[at:]]) == whole, f"cut at {at}"
    assert _events(text[at : at + 1] for at in range(len(text))) == whole
    assert _events(piece for at in range(len(text)) for piece in (text[at : at + 1], b"")) == whole


def test_a_line_or_event_may_be_as_long_as_allowed_and_no_longer() -> None:
    assert _events([b"data: " + b"x" * 94 + b"\n\n"] * 2, 100) == ["x" * 94] * 2
    for text in (
        b"data: " + b"x" * 95 + b"\n\n",
        b"data: " + b"x" * 95,
        b":" + b"x" * 100,
        b"data: 12345678\n" * 8,
        b"data: " + "ü".encode() * 48,
    ):
        with pytest.raises(LineTooLong):
            _events([text], 100)
        with pytest.raises(LineTooLong):
            _events((text[at : at + 1] for at in range(len(text))), 100)


def test_events_before_what_is_not_utf8_are_given_out_first() -> None:
    events = EventStream(100).push(b"data: a\n\ndata: \xff\n\n")
    assert next(events) == "a"
    with pytest.raises(UnicodeDecodeError):
        next(events)


@pytest.mark.parametrize("vector", VECTORS["retryAfter"]["values"], ids=repr)
def test_retry_after(vector: dict[str, Any]) -> None:
    assert retry_after_ms(vector["value"], VECTORS["retryAfter"]["now"]) == vector["ms"]


def test_retry_after_may_be_missing() -> None:
    assert retry_after_ms(None, 0) is None


@_named(VECTORS["health"])
def test_health(vector: dict[str, Any]) -> None:
    health = InMemoryModelHealth(3, 1000)
    for step in vector["steps"]:
        if "outcome" in step:
            attempt = Attempt("m", "openai", step["outcome"], None, step["latency_ms"])
            health.record(attempt, step["at"], step["retryAfterMs"])
        else:
            seen = health.status("m", step["at"]), health.latency("m"), health.error_rate("m")
            assert seen == (step["status"], step["latency"], step["errorRate"])


def test_health_is_a_model_s_alone_and_forgotten_when_told() -> None:
    health = InMemoryModelHealth(1, 1000)
    health.record(Attempt("m", "openai", "timeout", None, 5), 0)
    assert (health.status("m", 0), health.status("other", 0)) == ("unavailable", "available")
    health.clear()
    seen = health.status("m", 0), health.error_rate("m"), health.latency("m")
    assert seen == ("available", 0, None)
