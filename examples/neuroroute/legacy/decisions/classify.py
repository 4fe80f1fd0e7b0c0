"""What a prompt is about."""

from __future__ import annotations

from typing import Optional

from ..contracts import Classification


def classify(prompt: str, system: Optional[str]) -> Classification:
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in (prompt, system or ""))
    return Classification("general", "und", 0, max(1, (size + 3) // 4))
