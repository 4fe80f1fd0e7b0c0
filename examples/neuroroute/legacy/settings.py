"""The settings of this face, from the environment; environment.ts reads the same names."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Literal, Optional, Tuple

from pydantic import BaseSettings, Field, SecretStr, ValidationError
from pydantic.env_settings import SettingsSourceCallable

_URL = "a URL that begins with http:// or https://"
_PROVIDER_KEY = "the key of the provider"
_OPEN_REQUESTS = "how many requests may be open at once"
_MILLISECONDS = "milliseconds from 1 to 600000"
_CONNECTIONS = "a number of connections from 1 to 200"

LogLevel = Literal["trace", "debug", "info", "warn", "error", "fatal", "silent"]


class SettingsError(Exception):
    """A variable is missing or wrong; the message is one line that names each."""


class Settings(BaseSettings):
    host: str = Field("127.0.0.1", expected="an address to listen on")
    fastapi_port: int = Field(8000, ge=0, le=65535, expected="a port from 0 to 65535")
    log_level: LogLevel = Field(
        "info", expected="trace, debug, info, warn, error, fatal or silent"
    )
    database_url: str = Field(
        ...,
        regex="^postgres(ql)?://",
        repr=False,
        secret=True,
        expected="a URL that begins with postgres://",
    )
    database_pool: int = Field(10, ge=1, le=200, expected=_CONNECTIONS)
    redis_url: Optional[str] = Field(
        None,
        regex="^rediss?://",
        repr=False,
        secret=True,
        expected="a URL that begins with redis://",
    )
    cache_entries: int = Field(
        1000, ge=1, le=1_000_000, expected="a number of answers that memory may hold"
    )
    openai_base_url: str = Field(..., regex="^https?://", expected=_URL)
    openai_api_key: SecretStr = Field(..., secret=True, expected=_PROVIDER_KEY)
    anthropic_base_url: str = Field(..., regex="^https?://", expected=_URL)
    anthropic_api_key: SecretStr = Field(..., secret=True, expected=_PROVIDER_KEY)
    openai_concurrency: int = Field(64, ge=1, le=10_000, expected=_OPEN_REQUESTS)
    anthropic_concurrency: int = Field(64, ge=1, le=10_000, expected=_OPEN_REQUESTS)
    provider_queue_ms: int = Field(1000, ge=1, le=600_000, expected=_MILLISECONDS)
    provider_timeout_ms: int = Field(10_000, ge=1, le=600_000, expected=_MILLISECONDS)
    retry_after_ms: int = Field(1000, ge=1, le=600_000, expected=_MILLISECONDS)
    health_failures: int = Field(3, ge=1, le=1_000_000_000, expected="a number of failures")
    health_pause_ms: int = Field(10_000, ge=1, le=600_000, expected=_MILLISECONDS)

    class Config:
        frozen = True

        @classmethod
        def customise_sources(
            cls,
            init_settings: SettingsSourceCallable,
            env_settings: SettingsSourceCallable,
            file_secret_settings: SettingsSourceCallable,
        ) -> Tuple[SettingsSourceCallable, ...]:
            def given(settings: BaseSettings) -> Dict[str, Any]:
                # A variable that compose files pass on without a value is empty, not absent.
                return {name: value for name, value in env_settings(settings).items() if value}

            return init_settings, given


def read_settings() -> Settings:
    """Reads the environment. Raises SettingsError with one line about all that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("environment: " + "; ".join(_problems(error))) from None


def _problems(error: ValidationError) -> List[str]:
    """Says it in names of variables; Pydantic's own messages name fields, and may show a secret."""
    problems = []
    for name in sorted({str(problem["loc"][0]) for problem in error.errors()}):
        extra = Settings.__fields__[name].field_info.extra
        variable, expected = name.upper(), extra["expected"]
        value = os.environ.get(variable, "")
        if value == "":
            problems.append(f"{variable} is missing, set {expected}")
        else:
            shown = f"{len(value)} characters" if extra.get("secret") else json.dumps(value)
            problems.append(f"{variable} is {shown}, should be {expected}")
    return problems
