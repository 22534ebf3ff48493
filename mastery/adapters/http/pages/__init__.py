"""The pages: routes that answer people in HTML, each from a desk as the routes of `/v1` are."""

from mastery.adapters.http.pages import classes, home, inboxes, learners, signing, static

__all__ = ["PAGES"]

PAGES = tuple(module.router for module in (home, classes, inboxes, learners, signing, static))
"""The routers of the pages, in the order in which they are tried."""
