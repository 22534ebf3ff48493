"""The HTTP face: `service(tenants)` is an ASGI app with all of `/v1`. Needs the extra `service`."""

from mastery.adapters.http.app import service
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenant, Tenants

__all__ = ["Settings", "Tenant", "Tenants", "service"]
