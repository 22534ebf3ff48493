"""Writing a page to a file: whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mastery.adapters.cli.options import fail
from mastery.adapters.cli.render import say
from mastery.adapters.cli.whole_file import whole_file
from mastery.errors import MasteryError

__all__ = ["Html", "one_of", "write_page"]

Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a page to this file instead.", show_default=False),
]


def one_of(**given: object) -> None:
    """Refuse more than one way to answer."""
    if sum(bool(value) for value in given.values()) > 1:
        named = ", ".join(f"--{name}" for name in given)
        raise typer.BadParameter(f"one of these at most was wanted: {named}")


def write_page(out: Path, text: str) -> None:
    """Write `text` beside `out`, put it in its place when it is whole, and say so; leaves where that cannot be."""
    target = out.resolve()
    try:
        if target.exists() and not target.is_file():
            raise IsADirectoryError(0, "it is no file")
        with whole_file(target) as file:
            file.write(text)
    except OSError as fault:
        fail(MasteryError(f"{out} cannot be written: {fault.strerror or fault}. Nothing was written."))
    say(f"Wrote {out}.")
