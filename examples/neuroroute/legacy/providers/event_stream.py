"""Event streams (WHATWG HTML, 9.2.6), from pieces that may end anywhere."""

from __future__ import annotations

import re
from typing import Iterator, Optional

_LINE_END = re.compile(rb"\r\n|\n|\r")


class LineTooLong(Exception):
    """A line, or an event of several, holds more than it may."""


class EventStream:
    """Pieces may end within a character or a line's end too.

    Names, ids and comments are left out: both providers say in the data what an event is.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._line = bytearray()
        self._data: list[str] = []
        self._data_length = 0
        self._after_return = False
        self._first = True

    def push(self, piece: bytes) -> Iterator[str]:
        """The data of each event that these bytes end.

        Raises LineTooLong, and UnicodeDecodeError for what is not UTF-8.
        """
        # CR and LF of one line's end may come in two pieces.
        start = 1 if self._after_return and piece.startswith(b"\n") else 0
        if piece:
            self._after_return = piece.endswith(b"\r")
        for end in _LINE_END.finditer(piece, start):
            self._keep(piece[start : end.start()])
            event = self._end()
            if event is not None:
                yield event
            start = end.end()
        self._keep(piece[start:])

    def _keep(self, part: bytes) -> None:
        self._line += part
        if len(self._line) + self._data_length > self._longest:
            raise LineTooLong

    def _end(self) -> Optional[str]:
        length = len(self._line)
        line = self._line.decode("utf-8")
        self._line.clear()
        if self._first and line.startswith("\ufeff"):
            line = line[1:]
        self._first = False
        if line == "":
            event = "\n".join(self._data) if self._data else None
            self._data = []
            self._data_length = 0
            return event
        if line == "data" or line.startswith("data:"):
            self._data.append(line[6 if line[5:6] == " " else 5 :])
            self._data_length += length
        return None
