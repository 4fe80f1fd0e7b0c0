"""What kind of task a prompt is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping

from ..contracts import Category
from .reading import Reading, weigh
from .rules import RULES, Lexicon, lexicon, weighted

_LEAST: int = RULES["categories"]["least"]
_OTHERWISE: Category = RULES["categories"]["otherwise"]


@dataclass(frozen=True)
class _Kind:
    name: Category
    fallback: bool
    words: Lexicon
    marks: tuple[tuple[str, int], ...]
    patterns: tuple[tuple[re.Pattern[str], int], ...]
    first: frozenset[str]

    @classmethod
    def of(cls, rules: Mapping[str, Any]) -> _Kind:
        return cls(
            name=rules["name"],
            fallback=rules.get("fallback", False),
            words=lexicon(rules["words"]),
            marks=tuple(weighted(rules["marks"])),
            patterns=tuple(
                (re.compile(source), points) for source, points in weighted(rules["patterns"])
            ),
            first=frozenset(rules.get("first", ())),
        )

    def weigh(self, reading: Reading) -> int:
        weight = weigh(self.words, reading)
        text = reading.text
        for mark, points in self.marks:
            if mark in text:
                weight += points
        for pattern, points in self.patterns:
            if pattern.search(text) is not None:
                weight += points
        return weight + _LEAST if reading.first in self.first else weight


_KINDS = tuple(_Kind.of(rules) for rules in RULES["categories"]["list"])


def category_of(reading: Reading) -> Category:
    """The category that most speaks for, if it is enough; the first of equals."""
    best, most = _OTHERWISE, 0
    for kind in _KINDS:
        if kind.fallback and most > 0:
            continue
        weight = kind.weigh(reading)
        if weight >= _LEAST and weight > most:
            best, most = kind.name, weight
    return best
