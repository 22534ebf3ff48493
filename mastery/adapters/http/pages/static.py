"""The few files that pages are drawn with: ours, by names that change with what is in them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from mastery.adapters.http.asking import PUBLIC, needs
from mastery.adapters.http.problems import SAFE, Problem

__all__ = ["router", "static_address"]

router = APIRouter()
_MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@cache
def _files() -> dict[str, bytes]:
    """Return what is served, by name."""
    folder = files("mastery.adapters.pages").joinpath("static")
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name.rpartition(".")[2] in _MEDIA}


@cache
def static_address(root: str, name: str) -> str:
    """Return the address of a file."""
    return f"{root}/static/{hashlib.blake2b(_files()[name], digest_size=6).hexdigest()}/{name}"


@router.get("/static/{version}/{name}")
@needs(PUBLIC)
async def static_file(version: str, name: str) -> Response:
    """Give a file that pages are drawn with."""
    if name not in _files():
        raise Problem("not-found", "There is no such file.")
    current = static_address("", name).split("/")[2] == version
    kept = "public, max-age=31536000, immutable" if current else "no-cache"
    media = f"{_MEDIA[name.rpartition('.')[2]]}; charset=utf-8"
    return Response(_files()[name], 200, {"cache-control": kept, **SAFE}, media)
