"""Logs: one line of JSON for each event, on standard output."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextvars import ContextVar
from typing import Any, Dict, Optional

from .settings import LogLevel

request_id: ContextVar[Optional[str]] = ContextVar("request_id", default=None)
"""Of the request that the current task serves."""

_LEVELS: Dict[LogLevel, int] = {
    "trace": 5,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "fatal": logging.CRITICAL,
    "silent": logging.CRITICAL + 1,
}


class JsonFormatter(logging.Formatter):
    """What a log call passes as ``extra={"fields": {…}}`` becomes members of its line."""

    converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        line: Dict[str, Any] = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
        }
        current = request_id.get()
        if current is not None:
            line["id"] = current
        line.update(getattr(record, "fields", {}))
        line["msg"] = record.getMessage()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)


def configure_logs(level: LogLevel) -> None:
    """Sends everything, uvicorn's own lines too, to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_LEVELS[level])
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    # The line of each request is ours, with its id and without its query.
    access = logging.getLogger("uvicorn.access")
    access.handlers = []
    access.propagate = False
    # At info these name each request to a provider.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(max(logging.WARNING, _LEVELS[level]))
