"""Which language a prompt is in."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Any, Callable, Mapping

from .reading import Reading
from .rules import RULES, span

_LANGUAGES: list[Mapping[str, Any]] = RULES["languages"]["list"]
_LEAST: int = RULES["languages"]["least"]
_SIGN_WEIGHT: int = RULES["languages"]["signWeight"]
_WORD_WEIGHTS: list[int] = RULES["languages"]["wordWeights"]
_LONGEST = len(_WORD_WEIGHTS) - 1

# Languages, by their place in the list, that know a word or a letter.
_Index = Mapping[str, tuple[int, ...]]


def _index(entries: Callable[[Mapping[str, Any]], list[str]]) -> _Index:
    found: dict[str, tuple[int, ...]] = {}
    for place, language in enumerate(_LANGUAGES):
        for entry in dict.fromkeys(entries(language)):
            found[entry] = (*found.get(entry, ()), place)
    return found


_WORDS = _index(lambda language: str(language.get("words", "")).split(" "))
_SIGNS = _index(lambda language: list(language.get("signs", "")))
# First and last code point, weight of a letter, languages; in ascending order.
_RANGES = sorted(
    (
        *span(text),
        script["weight"],
        tuple(i for i, each in enumerate(_LANGUAGES) if name in each.get("scripts", ())),
    )
    for name, script in RULES["scripts"].items()
    for text in script["ranges"]
)
_STARTS = [first for first, _, _, _ in _RANGES]


def language_of(reading: Reading) -> str:
    """The language that most speaks for; ``und`` when hardly anything does.

    For it speak: its letters each time, its usual words and the signs that only it writes once.
    """
    points = [0] * len(_LANGUAGES)
    for word in reading.words & _WORDS.keys():
        weight = _WORD_WEIGHTS[min(len(word) - 1, _LONGEST)]
        for place in _WORDS[word]:
            points[place] += weight
    if not reading.text.isascii():
        for letter, count in Counter(reading.text).items():
            _count_letter(points, letter, count)
    most = max(points)
    return "und" if most < _LEAST else str(_LANGUAGES[points.index(most)]["code"])


def _count_letter(points: list[int], letter: str, count: int) -> None:
    for place in _SIGNS.get(letter, ()):
        points[place] += _SIGN_WEIGHT
    at = bisect_right(_STARTS, ord(letter)) - 1
    if at < 0:
        return
    _, last, weight, languages = _RANGES[at]
    if ord(letter) <= last:
        for place in languages:
            points[place] += weight * count
