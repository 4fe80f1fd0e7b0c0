"""neuroroute on FastAPI: the backend that moves."""
