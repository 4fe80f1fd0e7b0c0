"""The providers' wire formats, failover, and what is known of the models' health."""

from .failover import FailoverOptions, ProviderAccess, create_failover
from .health import InMemoryModelHealth

__all__ = ["FailoverOptions", "InMemoryModelHealth", "ProviderAccess", "create_failover"]
