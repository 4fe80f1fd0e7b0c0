"""The FastAPI application."""

from __future__ import annotations

from contextlib import AsyncExitStack

from fastapi import FastAPI
from starlette.types import ASGIApp

from . import __version__
from .errors import add_error_handlers
from .middleware import RequestLog
from .routes import cache, health, keys, models, prompts, settings as router_settings, usage
from .services import open_services
from .settings import Settings


def create_app(settings: Settings) -> ASGIApp:
    """An application with services of its own, which live as long as its lifespan."""
    app = FastAPI(
        title="neuroroute",
        version=__version__,
        description="Routes prompts to the model that suits them.",
    )
    closing = AsyncExitStack()

    async def start() -> None:
        try:
            app.state.services = await open_services(settings, closing)
        except BaseException:
            await closing.aclose()
            raise

    app.add_event_handler("startup", start)
    app.add_event_handler("shutdown", closing.aclose)
    add_error_handlers(app)
    for routes in (health, models, prompts, usage, router_settings, cache, keys):
        app.include_router(routes.router)
    return RequestLog(app)
