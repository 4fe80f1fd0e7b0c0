"""The data of classifier and router, which both faces read from decisions/rules.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

_FILE = Path(__file__).parent.parent.parent / "decisions" / "rules.json"

RULES: Mapping[str, Any] = json.loads(_FILE.read_text("utf-8"))


@dataclass(frozen=True)
class Lexicon:
    """Words and phrases with their weights."""

    words: Mapping[str, int]
    phrases: tuple[tuple[str, int], ...]


def weighted(entries: Mapping[str, list[str]]) -> list[tuple[str, int]]:
    """Each entry with its weight."""
    return [(entry, int(weight)) for weight, listed in entries.items() for entry in listed]


def lexicon(entries: Mapping[str, list[str]]) -> Lexicon:
    listed = weighted(entries)
    return Lexicon(
        words={entry: weight for entry, weight in listed if " " not in entry},
        phrases=tuple((f" {entry} ", weight) for entry, weight in listed if " " in entry),
    )


def span(text: str) -> tuple[int, int]:
    """First and last code point of a range such as 0041-005A."""
    first, last = text.split("-")
    return int(first, 16), int(last, 16)
