"""GET /usage"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional

from fastapi import APIRouter, Depends, Query, Security

from ..data.api_keys import ApiKey
from ..data.usage import summarize_usage
from ..dependencies import caller, services
from ..schemas.errors import errors
from ..schemas.usage import UsageSummaryOut
from ..services import Services

router = APIRouter(tags=["usage"])


@router.get("/usage", response_model=UsageSummaryOut, responses=errors(401, 403))
async def read_usage(
    since: Optional[datetime] = Query(None, description="By default 30 days ago"),
    model: Optional[str] = None,
    caller: ApiKey = Security(caller, scopes=["usage"]),
    services: Services = Depends(services),
) -> UsageSummaryOut:
    moment = None if since is None else _in_utc(since)
    return UsageSummaryOut.of(await summarize_usage(services.pool, caller.id, moment, model))


def _in_utc(moment: datetime) -> datetime:
    """A time without a zone is in UTC, whatever the server's is."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        # The zone takes it out of what a datetime holds: before all rows, or after them.
        edge = datetime.min if moment.year == datetime.min.year else datetime.max
        return edge.replace(tzinfo=timezone.utc)
