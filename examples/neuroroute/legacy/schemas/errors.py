"""The shape of errors, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Dict, Union

from pydantic import BaseModel


class ErrorOut(BaseModel):
    detail: str


def errors(*statuses: int) -> Dict[Union[int, str], Dict[str, Any]]:
    """The ``responses`` of a route that answers with these statuses, too."""
    return {status: {"model": ErrorOut} for status in statuses}
