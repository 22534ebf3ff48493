"""Answers in HTML: nothing from elsewhere, nothing inline, in no frame, kept by nobody."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from starlette.responses import Response

__all__ = ["html_response"]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def html_response(text: str, status: int = 200, styles: Iterable[str] = ()) -> Response:
    """Return a page: its records belong to who asked, so nothing on the way keeps it.

    `styles` are those that stand in it, in a picture: they are allowed one by one, by their hashes.
    """
    sources = "".join(f" {_source(style)}" for style in styles)
    policy = _POLICY.replace("style-src 'self'", f"style-src 'self'{sources}")
    headers = {**_HEADERS, "content-security-policy": policy}
    return Response(text.encode("utf-8", "replace"), status, headers, "text/html; charset=utf-8")


def _source(style: str) -> str:
    """Return how a Content-Security-Policy names a style that stands in a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
