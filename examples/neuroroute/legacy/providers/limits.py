"""The most that a provider's answer may hold, bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    answer: int = 4_194_304
    stream: int = 33_554_432
    """All of a streamed answer, which is mostly frames."""
    line: int = 262_144
    """A line of a streamed answer, and an event of several."""
