"""The key under which an answer is cached, which is the other face's to the last digit."""

from __future__ import annotations

import hashlib
import json
import struct

from ..contracts import Question
from .reading import paired

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def cache_key(question: Question) -> str:
    """SHA-256, in hexadecimal, of the canonical text. All that decides about an answer is in it."""
    text = canonical(question)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        # A lone surrogate is in it as its JSON escape, as JSON.stringify writes it.
        data = paired(text).encode("utf-8", "backslashreplace")
    return hashlib.sha256(data).hexdigest()


def canonical(question: Question) -> str:
    """JSON without spaces, and fractions by their bits: languages write them in different ways."""
    return _JSON.encode(
        [
            question.model,
            question.system,
            question.prompt,
            question.max_tokens,
            _bits(question.temperature),
            sorted(set(question.capabilities)),
            None if question.max_cost is None else _bits(question.max_cost),
        ]
    )


def _bits(value: float) -> str:
    # Adding 0 turns -0.0 into 0.0.
    return struct.pack(">d", value + 0.0).hex()
