"""What a prompt is about."""

from __future__ import annotations

from typing import Mapping, Optional

from ..contracts import Category, Classification
from .category import category_of
from .language import language_of
from .reading import Reading, paired, read, weigh
from .rules import RULES, lexicon

_BYTES_PER_TOKEN: int = RULES["bytesPerToken"]
_OF_CATEGORY: Mapping[Category, int] = RULES["complexity"]["category"]
_SIZE: list[tuple[int, int]] = [(least, points) for least, points in RULES["complexity"]["size"]]
_MOST_LINES: int = RULES["complexity"]["mostLines"]
_MOST_WORDS: int = RULES["complexity"]["mostWords"]
_WORDS = lexicon(RULES["complexity"]["words"])


def classify(prompt: str, system: Optional[str]) -> Classification:
    """It looks at the beginning and the end of a long prompt, and at the system text's tokens only.

    No floats, no Unicode tables of the language: domain/decisions/ says the same.
    """
    size, prompt = _measure(prompt)
    tokens = _tokens(size) + (0 if system is None else _tokens(_measure(system)[0]))
    reading = read(prompt)
    category = category_of(reading)
    complexity = _complexity(category, tokens, reading)
    return Classification(category, language_of(reading), complexity, tokens)


def _measure(text: str) -> tuple[int, str]:
    """Bytes of UTF-8, a lone surrogate as three, and the text with halves of characters joined."""
    try:
        return len(text.encode()), text
    except UnicodeEncodeError:
        text = paired(text)
        return len(text.encode("utf-8", "surrogatepass")), text


def _tokens(size: int) -> int:
    """Tokenizers cut up bytes of UTF-8, in English about four to a token."""
    return (size + _BYTES_PER_TOKEN - 1) // _BYTES_PER_TOKEN


def _complexity(category: Category, tokens: int, reading: Reading) -> int:
    of_size = max((points for least, points in _SIZE if tokens >= least), default=0)
    lines = min(reading.text.count("\n"), _MOST_LINES)
    of_words = min(weigh(_WORDS, reading), _MOST_WORDS)
    return max(0, min(100, _OF_CATEGORY[category] + of_size + lines + of_words))
