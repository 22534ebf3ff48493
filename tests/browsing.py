"""The pages in a real browser: the service on a socket, its clock at that Monday morning, and Chromium before it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from attrs import define, field, frozen
from pages_tour import Stop
from pages_worlds import MONDAY, WORLDS, contents, roster_of
from serving import class_file

from mastery.access import Roster
from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.http.app import service
from mastery.adapters.http.credentials import begin_session
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenants

__all__ = ["AXE", "MONDAY", "Site", "Walker", "chromium", "launched", "opened", "page_of", "site_at", "walking"]

ROOT = Path(__file__).parents[1]
AXE = ROOT / ".cache" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return where the browser is; skips the test without one, unless everything is required."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        said = "there is no Chromium (on Debian: apt-get install chromium)"
        if os.environ.get("MASTERY_REQUIRE_ALL") == "1":
            pytest.fail(said)
        pytest.skip(said)
    return found


@frozen
class Site:
    """A service at an address, with the cookie of a session for each person."""

    address: str
    tenants: Tenants
    _cookies: dict[str, str] = field(factory=dict)

    def cookie(self, person: str) -> dict[str, Any]:
        """Return the cookie of somebody who has signed in."""
        if person not in self._cookies:
            tenant = self.tenants.get("school")
            assert tenant is not None
            _, secret = begin_session(tenant, person, tenant.clock() + timedelta(hours=12))
            self._cookies[person] = f"school.{secret}"
        host = urlsplit(self.address).hostname
        return {"name": "mastery_session", "value": self._cookies[person], "domain": host, "path": "/"}


@contextmanager
def site_at(path: Path, made: bytes, at: datetime = MONDAY, roster: Roster | None = None) -> Iterator[Site]:
    """Serve a file of the demonstration class at a time that stands still."""
    class_file(path, made, roster or roster_for_show())
    with Tenants.opened({"school": path}, clock=lambda: at) as tenants:
        app = service(tenants, Settings(clock=lambda: at, secure=False, per_second=1e6, burst=1_000_000))
        config = uvicorn.Config(app, port=0, log_level="warning", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield Site(f"http://127.0.0.1:{port}", tenants)
        finally:
            server.should_exit = True
            thread.join(30)


@contextmanager
def launched() -> Iterator[Any]:
    """Start a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(site: Site, person: str, **options: Any) -> Iterator[Any]:
    """Open a browser as somebody who has signed in; gives its page."""
    with launched() as browser:
        yield page_of(browser, site, person, **options)


def page_of(browser: Any, site: Site, person: str = "", **options: Any) -> Any:
    """Return a new page of a browser, as somebody who has signed in or, without a name, as nobody."""
    context = browser.new_context(base_url=site.address, **options)
    if person:
        context.add_cookies([site.cookie(person)])
    return context.new_page()


@define
class Walker:
    """Goes to stops of the tour in one browser: a page for each world and person, used again."""

    browser: Any
    sites: Mapping[str, Site]
    _pages: dict[tuple[str, str], Any] = field(factory=dict)

    def to(self, stop: Stop, world: str = "demo", width: int = 1280, *, dark: bool = False, still: bool = False) -> Any:
        """Open a stop, in a window of a width, and return the page; a still one is for who wants no motion."""
        if (world, stop.person) not in self._pages:
            self._pages[world, stop.person] = page_of(self.browser, self.sites[world], stop.person)
        page = self._pages[world, stop.person]
        page.set_viewport_size({"width": width, "height": 800})
        motion = "reduce" if still else "no-preference"
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion=motion)
        told = page.goto(stop.address)
        assert told.status == 200, (stop, told.status)
        page.wait_for_selector("[aria-busy]", state="detached")  # what it fetches by itself is there
        return page


@contextmanager
def walking(folder: Path, made: bytes, worlds: Sequence[str] = WORLDS) -> Iterator[Walker]:
    """Serve worlds and start a browser to go through them."""
    with ExitStack() as stack:
        sites = {
            world: stack.enter_context(
                site_at(folder / world / "school.db", contents(world, made), roster=roster_of(world))
            )
            for world in worlds
        }
        yield Walker(stack.enter_context(launched()), sites)
