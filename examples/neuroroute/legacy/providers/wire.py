"""What the providers' formats have in common, without the network."""

from __future__ import annotations

import json
import re
from typing import Mapping, Optional, Protocol

from ..contracts import Completion, TokenUsage

Json = object
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_TOKENS = 2_147_483_647


class FormatError(Exception):
    """The provider's answer is not in its format."""


class ErrorEvent(Exception):
    """A stream ended with an error of the provider's."""


class StreamReader(Protocol):
    """Reads the events of one streamed answer."""

    usage: Optional[TokenUsage]
    """Set when the marker of the end has come."""

    def read(self, data: str) -> str:
        """The text that an event adds, often none. Raises FormatError and ErrorEvent."""
        ...


class Wire(Protocol):
    """A provider's format. What is not the format is a FormatError."""

    @property
    def path(self) -> str: ...

    def headers(self, key: str) -> Mapping[str, str]: ...

    def body(self, model: str, completion: Completion, stream: bool) -> Mapping[str, Json]: ...

    def read_answer(self, body: Json) -> tuple[str, TokenUsage]: ...

    def create_reader(self) -> StreamReader: ...


def parse(text: str) -> Json:
    """JSON as other languages read it: Python's would take NaN and Infinity as well."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise FormatError("no JSON") from None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def member(value: Json, name: str) -> Json:
    """A member of an object; None where there is none, whatever the value is."""
    return value.get(name) if isinstance(value, dict) else None


def first(value: Json) -> Json:
    return value[0] if isinstance(value, list) and value else None


def text_of(value: Json) -> str:
    """A text that can be written as UTF-8: JSON may name halves of surrogate pairs, too."""
    if not isinstance(value, str):
        raise FormatError("no text")
    return _SURROGATE.sub("\ufffd", value)


def tokens_of(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FormatError("no number of tokens")
    if not 0 <= value <= _MOST_TOKENS or value != int(value):
        raise FormatError("no number of tokens")
    return int(value)
