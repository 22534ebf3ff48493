"""Answers in HTML: nothing from elsewhere, nothing inline, in no frame, kept by nobody."""

from __future__ import annotations

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


def html_response(text: str, status: int = 200) -> Response:
    """Return a page: its records belong to who asked, so nothing on the way keeps it."""
    return Response(text.encode("utf-8", "replace"), status, _HEADERS, "text/html; charset=utf-8")
