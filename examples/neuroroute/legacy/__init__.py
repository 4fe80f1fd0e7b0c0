"""neuroroute on FastAPI: the backend that moves."""

__version__ = "1.0.0"
