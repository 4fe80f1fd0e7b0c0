"""``python -m legacy``: serves the application by uvicorn, on uvloop and httptools."""

from __future__ import annotations

import socket
import sys
from typing import List, Optional

import uvicorn

from .main import app, settings


class Server(uvicorn.Server):  # type: ignore[misc]
    """Says where it listens, as the other servers of this repository do."""

    async def startup(self, sockets: Optional[List[socket.socket]] = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            print(f"listening on http://{settings.host}:{port}", file=sys.stderr, flush=True)


def main() -> None:
    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.fastapi_port,
            loop="uvloop",
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            # Longer than a proxy keeps idle connections: it must never send on one just closed.
            timeout_keep_alive=75,
        )
    )
    server.run()
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    main()
