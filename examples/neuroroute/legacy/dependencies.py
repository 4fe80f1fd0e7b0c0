"""What routes ask for by ``Depends``: coroutines, as FastAPI runs plain functions in threads."""

from __future__ import annotations

import math
from typing import Optional, cast

from fastapi import Depends, HTTPException, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from .data.api_keys import ApiKey, hash_key
from .departures import Client
from .services import Services

_bearer = HTTPBearer(auto_error=False, description="An API key")


async def services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def client(request: Request) -> Client:
    return Client(request)


async def caller(
    scopes: SecurityScopes,
    credentials: Optional[HTTPAuthorizationCredentials] = Depends(_bearer),
    services: Services = Depends(services),
) -> ApiKey:
    """Whose API key it is. 401 for none or a wrong one, 403 for one without the scope."""
    if credentials is None:
        raise _unauthorized("Missing API key")
    key = await services.feed.api_key(hash_key(credentials.credentials))
    if key is None:
        raise _unauthorized("Invalid API key")
    for scope in scopes.scopes:
        if scope not in key.scopes:
            raise HTTPException(403, f'This key lacks the scope "{scope}"')
    return key


async def limited_caller(
    response: Response,
    caller: ApiKey = Security(caller, scopes=["prompt"]),
    services: Services = Depends(services),
) -> ApiKey:
    """The caller, once the request is counted. 429 when it was one too many."""
    count = await services.rate_limits.count(caller.id)
    headers = {
        "X-RateLimit-Limit": str(caller.requests_per_minute),
        "X-RateLimit-Remaining": str(max(0, caller.requests_per_minute - count.requests)),
    }
    if count.requests > caller.requests_per_minute:
        retry_after = max(1, math.ceil(count.rest_ms / 1000))
        raise HTTPException(
            429, "Rate limit exceeded", {"Retry-After": str(retry_after), **headers}
        )
    response.headers.update(headers)
    return caller


def _unauthorized(detail: str) -> HTTPException:
    return HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})
