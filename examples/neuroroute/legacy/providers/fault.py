"""Why a provider gave no answer."""

from __future__ import annotations

from typing import Optional

from ..contracts import AttemptOutcome


class ProviderFault(Exception):
    """Why a provider gave no answer, or no more of it.

    Neither what it said is kept nor what was sent to it: providers repeat keys in their errors,
    and prompts. For the same reason a fault is never raised while another error is handled, whose
    text would go along as its context.
    """

    def __init__(
        self,
        outcome: AttemptOutcome,
        status: Optional[int] = None,
        retry_after_ms: Optional[float] = None,
    ) -> None:
        super().__init__(outcome if status is None else f"{outcome}, with status {status}")
        self.outcome: AttemptOutcome = outcome
        self.status = status
        self.retry_after_ms = retry_after_ms


def fault_of(status: int, retry_after_ms: Optional[float]) -> ProviderFault:
    """What a status other than 200 means."""
    if status == 429:
        return ProviderFault("rate_limited", status, retry_after_ms)
    if status >= 500:
        return ProviderFault("unavailable", status)
    return ProviderFault("refused" if status >= 400 else "malformed", status)
