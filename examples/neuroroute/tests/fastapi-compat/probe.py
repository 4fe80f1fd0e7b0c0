"""A FastAPI application that shows what clients see of it; twin.ts says the same to Fastify."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import Enum
from typing import Any, Dict, List, Literal, Optional, Union
from uuid import UUID

from fastapi import Body, Depends, FastAPI, Header, HTTPException, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel, Field, conlist, root_validator, validator

app = FastAPI()


class Color(str, Enum):
    red = "red"
    green = "green"
    quoted = "it's"


class Number(int, Enum):
    one = 1
    two = 2


class Kinds(BaseModel):
    i: Optional[int]
    f: Optional[float]
    s: Optional[str]
    b: Optional[bool]
    u: Optional[UUID]
    d: Optional[date]
    t: Optional[datetime]
    e: Optional[Color]
    n: Optional[Number]
    l: Optional[Literal["a", 1]]
    ls: Optional[List[str]]
    li: Optional[List[int]]
    m: Optional[Dict[str, int]]
    w: Optional[Union[int, str]]


class Point(BaseModel):
    x: float
    y: float = 0.0

    class Config:
        extra = "forbid"


class Shape(BaseModel):
    name: str = Field(..., min_length=2, max_length=5)
    code: Optional[str] = Field(None, regex="[a-z]+[0-9]?$")
    origin: Point
    points: conlist(Point, min_items=1, max_items=3) = []  # type: ignore[valid-type]
    tags: Dict[str, int] = {}
    grid: List[List[int]] = []
    other: Optional[Shape] = None


Shape.update_forward_refs()


class Limits(BaseModel):
    ge: int = Field(5, ge=3)
    gt: int = Field(5, gt=3)
    le: float = Field(1.0, le=3)
    lt: float = Field(1.0, lt=3.5)
    both: float = Field(1.0, gt=0, le=1e-5)
    times: int = Field(6, multiple_of=3)
    part: float = Field(0.5, multiple_of=0.25)
    short: str = Field("a", max_length=3)
    long: str = Field("abc", min_length=3)
    few: List[int] = Field([1], max_items=2)
    many: List[int] = Field([1, 2], min_items=2)
    once: conlist(Any, unique_items=True) = []  # type: ignore[valid-type]
    flag: bool = True


class Strict(BaseModel):
    a: int
    b: str = "b"

    class Config:
        extra = "forbid"


class Checked(BaseModel):
    name: str
    size: Optional[int] = None
    both: Optional[str] = None

    @root_validator(pre=True)
    def _not_empty(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if not values:
            raise ValueError("nothing to change")
        return values

    @validator("name", pre=True)
    def _no_list(cls, value: Any) -> Any:
        if isinstance(value, list):
            raise TypeError("no list")
        return value

    @validator("name")
    def _upper(cls, value: str) -> str:
        if value == "bad":
            raise ValueError("Unknown name: bad")
        assert value != "worse", "worse than bad"
        return value.upper()

    @validator("both", always=True)
    def _both(cls, value: Optional[str], values: Dict[str, Any]) -> Optional[str]:
        return f"{values.get('name')}-{value}"

    @root_validator
    def _size(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values.get("size") == 13:
            raise ValueError("unlucky")
        return values


class Echo(BaseModel):
    value: Any = None


class Answer(BaseModel):
    i: int
    f: float
    s: str
    none: Optional[str]
    at: datetime
    day: date
    id: UUID
    floats: List[float]
    inner: Point


@app.get("/ping")
async def ping() -> Any:
    return {"ping": True}


@app.get("/items/{item_id}")
async def item(
    item_id: int = Path(..., ge=1, le=1000),
    q: Optional[str] = Query(None, min_length=2, max_length=5),
    r: Optional[str] = Query(None, regex="^[a-c]+$"),
    c: List[Color] = Query([]),
    n: Optional[List[int]] = Query(None, max_items=3),
    f: float = Query(0.5, gt=0, le=10),
    flag: bool = False,
    x_token: Optional[str] = Header(None),
    x_size: int = Header(7, ge=1),
    x_all: Optional[List[str]] = Header(None),
) -> Any:
    return {
        "item_id": item_id, "q": q, "r": r, "c": c, "n": n, "f": f, "flag": flag,
        "x_token": x_token, "x_size": x_size, "x_all": x_all,
    }


@app.get("/required")
async def required(
    a: int, b: List[int] = Query(...), c: str = Header(...), d: UUID = Query(...)
) -> Any:
    return {"a": a, "b": b, "c": c, "d": d}


@app.get("/query", response_model=Kinds)
async def query_kinds(
    i: Optional[int] = None,
    f: Optional[float] = None,
    s: Optional[str] = None,
    b: Optional[bool] = None,
    u: Optional[UUID] = None,
    d: Optional[date] = None,
    t: Optional[datetime] = None,
    e: Optional[Color] = None,
    n: Optional[Number] = None,
    l: Optional[Literal["a", 1]] = None,  # noqa: E741
    ls: Optional[List[str]] = Query(None),
    li: Optional[List[int]] = Query(None),
) -> Any:
    return {
        "i": i, "f": f, "s": s, "b": b, "u": u, "d": d, "t": t, "e": e, "n": n, "l": l,
        "ls": ls, "li": li,
    }


@app.post("/kinds", response_model=Kinds)
async def kinds(body: Kinds) -> Any:
    return body


@app.post("/shape", response_model=None)
async def shape(body: Shape) -> Any:
    return body


@app.post("/limits", response_model=None)
async def limits(body: Limits) -> Any:
    return body


@app.put("/strict", response_model=Strict)
async def strict(body: Strict) -> Any:
    return body


@app.post("/checked", response_model=None)
async def checked(body: Checked) -> Any:
    return body


@app.post("/echo")
async def echo(body: Echo) -> Any:
    return {"text": json.dumps(body.value, ensure_ascii=False, separators=(",", ":"))}


@app.post("/list")
async def list_body(body: List[int]) -> Any:
    return body


@app.post("/number")
async def number_body(body: int = Body(..., ge=2)) -> Any:
    return {"number": body}


@app.post("/optional")
async def optional_body(body: Optional[Strict] = None) -> Any:
    return {"none": body is None}


@app.patch("/mixed/{item_id}")
async def mixed(item_id: int, body: Strict, x_token: str = Header(...), q: int = 3) -> Any:
    return {"item_id": item_id, "q": q, "x_token": x_token, "a": body.a}


async def authenticate(authorization: Optional[str] = Header(None)) -> str:
    if authorization is None:
        raise HTTPException(401, "Missing API key", {"WWW-Authenticate": "Bearer"})
    return authorization


@app.post("/private")
async def private(body: Strict, caller: str = Depends(authenticate), q: int = 1) -> Any:
    return {"a": body.a, "caller": caller, "q": q}


@app.delete(
    "/private/{item_id}",
    status_code=204,
    response_model=None,
    dependencies=[Depends(authenticate)],
)
async def private_delete(item_id: UUID) -> None:
    return None


@app.get("/answer", response_model=Answer)
async def answer(f: float = 1.0, i: int = 1, s: str = "", at: str = "2026-11-22T01:23:45Z") -> Any:
    return {
        "i": i, "f": f, "s": s, "none": None, "at": at, "day": "2024-07-18",
        "id": "C56A4180-65AA-42EC-A945-5FD21DEC0538", "floats": [f, f * 10, f / 3],
        "inner": {"x": f, "y": -f},
    }


@app.get("/raise/{status}")
async def raised(status: int, detail: Optional[str] = None) -> Any:
    headers = {"X-Reason": "because", "Retry-After": "3"}
    raise HTTPException(status, {"why": [detail, 1, 1.0]} if detail else None, headers)


@app.get("/crash")
async def crash() -> Any:
    raise RuntimeError("on purpose")


@app.get("/nan")
async def nan() -> Any:
    return {"value": float("nan")}


@app.get("/unfit", response_model=Strict)
async def unfit() -> Any:
    return {"b": "no a"}


@app.get("/none")
async def none() -> Any:
    return None


@app.get("/text", response_class=PlainTextResponse)
async def text() -> Any:
    return "h\u00e9llo"


@app.post("/created", status_code=201)
async def created(response: Response, body: Strict) -> Any:
    response.headers["x-extra"] = "yes"
    return {"a": body.a}


@app.get("/stream")
async def stream() -> Response:
    async def pieces() -> Any:
        yield "event: start\ndata: {}\n\n"
        yield "event: end\ndata: {}\n\n"

    return StreamingResponse(pieces(), media_type="text/event-stream")


@app.get("/empty", status_code=204, response_model=None, response_class=Response)
async def empty() -> None:
    return None


@app.get("/both")
async def both_get() -> Any:
    return "get"


@app.post("/both")
async def both_post() -> Any:
    return "post"


@app.get("/first/{name}")
async def first_name(name: str) -> Any:
    return {"name": name}


@app.get("/first/special")
async def first_special() -> Any:
    return {"special": True}


@app.get("/pair/{left}/and/{right}")
async def pair(left: str, right: str) -> Any:
    return {"left": left, "right": right}


@app.get("/dash/{left}-{right}")
async def dash(left: str, right: int) -> Any:
    return {"left": left, "right": right}


@app.get("/files/{path:path}")
async def files(path: str) -> Any:
    return {"path": path}


@app.get("/slash/")
async def slash() -> Any:
    return {"slash": True}


@app.get("/where")
async def where(request: Request) -> Any:
    return {"path": request.scope["path"], "query": request.scope["query_string"].decode("latin-1")}
