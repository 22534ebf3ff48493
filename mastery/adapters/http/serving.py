"""Running the service by itself, with uvicorn, until it is asked to end."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable

import uvicorn

from mastery import StoreError
from mastery.adapters.http.app import service
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenants

__all__ = ["run"]

_SWITCH_SECONDS = 0.001  # so that a class map does not hold up what takes a millisecond

_COLLECTIONS = (50_000, 50, 1_000)
"""When the garbage collector looks: what is remembered of learners is a million values, and to go through all of them
stops everything for most of a second."""
_WAITING = 1_024
"""So many connections may wait to be taken."""
_GRACE = 20
"""For so many seconds requests may come to their end when the service is to end."""


def run(
    tenants: Tenants,
    host: str,
    port: int,
    settings: Settings,
    *,
    begun: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until a signal ends it; raises StoreError where the address cannot be had."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    gc.set_threshold(*_COLLECTIONS)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol said: without it asyncio leaves small answers to wait 40 ms for one another (Nagle).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_WAITING)  # before it is said: who reads that line and connects is waited for
    except OSError as fault:
        listening.close()
        raise StoreError(f"Nothing can listen at {host}, port {port}: {fault.strerror}. Name another --port.") from None
    app = service(tenants, settings)
    shown = f"[{host}]" if ":" in host else host
    begun(f"http://{shown}:{listening.getsockname()[1]}")
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_GRACE, lifespan="on"
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
