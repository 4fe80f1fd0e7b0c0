"""Text that every part of the system can hold."""

from __future__ import annotations

import re
from typing import Optional
from typing import Optional

_UNFIT = re.compile("[\0\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def check_text(text: Optional[str]) -> Optional[str]:
    """
    JSON can say more than UTF-8 and PostgreSQL can hold. For validators: raises ValueError.
    Pydantic calls it with a null that was sent, too.
    """
    if text is not None and _UNFIT.search(text):
        raise ValueError("must not contain NUL or lone surrogates")
    return text


def quotable(text: str) -> str:
    """The text as an answer can quote it."""
    return _SURROGATE.sub("\ufffd", text)
