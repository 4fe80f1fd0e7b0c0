"""What the classifier looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from .rules import RULES, Lexicon, span

_HEAD: int = RULES["window"]["head"]
_TAIL: int = RULES["window"]["tail"]
# No str.lower and no \w: versions of Unicode differ, and languages in theirs.
_LOWER = str.maketrans(RULES["upper"], RULES["lower"])
_WORD = re.compile(
    "[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in map(span, RULES["letters"])) + "]+"
)

_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True)
class Reading:
    text: str
    """The window of the prompt in lower case."""
    words: frozenset[str]
    first: Optional[str]
    sentence: str
    """All words in order, with a space before and after each."""


def read(prompt: str) -> Reading:
    text = window(prompt).translate(_LOWER)
    words = _WORD.findall(text)
    return Reading(text, frozenset(words), words[0] if words else None, f" {' '.join(words)} ")


def window(prompt: str) -> str:
    """The beginning and the end of a long prompt: there it says what is wanted."""
    if len(prompt) <= _HEAD + _TAIL:
        return prompt
    return f"{prompt[:_HEAD]} {prompt[-_TAIL:]}"


def weigh(lexicon: Lexicon, reading: Reading) -> int:
    """The weights of what is there, each once."""
    words = lexicon.words
    weight = sum(words[word] for word in reading.words & words.keys())
    sentence = reading.sentence
    for phrase, points in lexicon.phrases:
        if phrase in sentence:
            weight += points
    return weight


def paired(text: str) -> str:
    """Joins surrogates that stand side by side, as languages with 16-bit characters read them."""
    return _HALVES.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
