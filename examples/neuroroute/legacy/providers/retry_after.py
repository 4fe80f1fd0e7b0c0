"""How long a Retry-After asks to wait (RFC 9110, 10.2.3)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Optional

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_FORMS = (
    re.compile(
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), "
        rf"(?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT"
    ),
    re.compile(
        r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, "
        rf"(?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT"
    ),
    re.compile(
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
        rf"{_MONTH} (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})"
    ),
)
_LONGEST_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def retry_after_ms(value: Optional[str], now: float) -> Optional[float]:
    """Milliseconds, at most a day; None when it is missing or says nothing.

    ``now``: milliseconds since 1970, which a date is compared with.
    """
    if value is None:
        return None
    if re.fullmatch("[0-9]+", value):
        # No number of digits that nobody counted: int() refuses very long ones.
        digits = value.lstrip("0").zfill(1)
        return min(int(digits) * 1000, _LONGEST_MS) if len(digits) < 9 else _LONGEST_MS
    until = _http_date(value, now)
    return None if until is None else min(max(until - now, 0), _LONGEST_MS)


def _http_date(value: str, now: float) -> Optional[float]:
    """Milliseconds since 1970 of an HTTP date in any of its three forms (RFC 9110, 5.6.7)."""
    match = next((found for form in _FORMS if (found := form.fullmatch(value))), None)
    if match is None:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        present = (_EPOCH + timedelta(milliseconds=now)).year
        year += present - present % 100
        if year > present + 50:
            year -= 100
        elif year <= present - 50:
            year += 100
    # A leap second, which neither clock knows, is the one before.
    second = int(match["second"])
    if second > 60:
        return None
    try:
        date = datetime(
            year,
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(second, 59),
            tzinfo=timezone.utc,
        )
    except ValueError:
        return None
    return (date - _EPOCH) / timedelta(milliseconds=1)
