"""What a request is told that no model answered."""

from __future__ import annotations

from math import ceil
from typing import Sequence

from ..contracts import Attempt, Failure


def failure_of(attempts: Sequence[Attempt], asked: Sequence[float]) -> Failure:
    """``asked``: how long providers asked to wait, milliseconds."""
    outcomes = {attempt.outcome for attempt in attempts}
    if outcomes == {"timeout"}:
        return Failure("timeout", None, tuple(attempts))
    if not outcomes or not outcomes <= {"rate_limited", "busy"}:
        return Failure("mixed", None, tuple(attempts))
    return Failure("limited", max(1, ceil(min(asked, default=0) / 1000)), tuple(attempts))
