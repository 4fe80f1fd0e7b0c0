"""Words that clients may use."""

from __future__ import annotations

from enum import Enum


class Provider(str, Enum):
    openai = "openai"
    anthropic = "anthropic"


class Capability(str, Enum):
    chat = "chat"
    code = "code"
    math = "math"
    creative = "creative"
    multilingual = "multilingual"
    long_context = "long_context"


class ModelStatus(str, Enum):
    available = "available"
    degraded = "degraded"
    unavailable = "unavailable"


class Strategy(str, Enum):
    balanced = "balanced"
    cost = "cost"
    quality = "quality"
    latency = "latency"


class Scope(str, Enum):
    prompt = "prompt"
    usage = "usage"
    admin = "admin"
