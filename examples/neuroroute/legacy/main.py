"""The application for uvicorn: ``python -m uvicorn legacy.main:app``."""

from __future__ import annotations

import sys

from .app import create_app
from .logs import configure_logs
from .settings import SettingsError, read_settings

try:
    settings = read_settings()
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

configure_logs(settings.log_level)
app = create_app(settings)
