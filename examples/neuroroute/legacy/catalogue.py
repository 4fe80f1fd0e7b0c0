"""The models on offer, which both faces read from catalog/models.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from .contracts import Model

_FILE = Path(__file__).parent.parent / "catalog" / "models.json"


def _read() -> tuple[Model, ...]:
    lines = json.loads(_FILE.read_text("utf-8"))
    return tuple(_model(**line) for line in lines)


def _model(capabilities: Sequence[str], **rest: Any) -> Model:
    return Model(capabilities=tuple(capabilities), **rest)


CATALOGUE: tuple[Model, ...] = _read()
"""In the order of the file, which breaks ties of the router."""

_MODELS: Mapping[str, Model] = {model.id: model for model in CATALOGUE}


def model_of(model_id: str) -> Optional[Model]:
    return _MODELS.get(model_id)
