"""POST /prompt"""

from __future__ import annotations

import json
from typing import Any, AsyncIterator, Dict, Union

from fastapi import APIRouter, Depends, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from ..contracts import StreamDelta
from ..data.api_keys import ApiKey
from ..departures import Client
from ..dependencies import client, limited_caller, services
from ..replies import ReplyEnd, ReplyEvent, ReplyStart
from ..schemas.errors import errors
from ..schemas.prompts import (
    DeltaFrame,
    EndFrame,
    ErrorFrame,
    NotAnsweredError,
    NotAnsweredOut,
    PromptIn,
    PromptOut,
    StartFrame,
)
from ..services import Services

router = APIRouter(tags=["prompts"])

_NOT_ANSWERED: Dict[Union[int, str], Dict[str, Any]] = {
    status: {"model": NotAnsweredError} for status in (502, 503, 504)
}


@router.post(
    "/prompt",
    response_model=PromptOut,
    responses={**errors(400, 401, 403, 404, 429), **_NOT_ANSWERED},
)
async def answer_prompt(
    prompt: PromptIn,
    caller: ApiKey = Depends(limited_caller),
    client: Client = Depends(client),
    services: Services = Depends(services),
) -> Union[PromptOut, Response]:
    if prompt.stream:
        events = await services.prompts.stream(
            caller.id, prompt.question(), prompt.cache, client
        )
        return StreamingResponse(
            _frames(events),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )
    return PromptOut.of(
        await services.prompts.answer(caller.id, prompt.question(), prompt.cache, client)
    )


async def _frames(events: AsyncIterator[ReplyEvent]) -> AsyncIterator[bytes]:
    async for event in events:
        if isinstance(event, ReplyStart):
            yield _frame("start", StartFrame.of(event))
        elif isinstance(event, StreamDelta):
            yield _frame("delta", DeltaFrame(text=event.text))
        elif isinstance(event, ReplyEnd):
            yield _frame("end", EndFrame.of(event))
        else:
            detail = NotAnsweredOut.of("The model stopped answering", event.attempts)
            yield _frame("error", ErrorFrame(detail=detail))


def _frame(event: str, data: BaseModel) -> bytes:
    # As JSONResponse writes bodies.
    text = json.dumps(
        jsonable_encoder(data), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return f"event: {event}\ndata: {text}\n\n".encode()
