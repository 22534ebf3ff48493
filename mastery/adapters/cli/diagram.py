"""`mastery diagram`: a framework, or the neighbourhood of one competency, as a picture or in words."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from competencies.formats import diagram as diagrams
from mastery.adapters.cli.options import fail, framework_named
from mastery.adapters.cli.render import say
from mastery.errors import MasteryError

__all__ = ["DiagramFormat", "diagram"]


class DiagramFormat(StrEnum):
    """How a diagram is written."""

    SVG = "svg"
    MERMAID = "mermaid"
    DOT = "dot"
    TEXT = "text"


_WRITE = {
    DiagramFormat.SVG: diagrams.svg,
    DiagramFormat.MERMAID: diagrams.mermaid,
    DiagramFormat.DOT: diagrams.dot,
    DiagramFormat.TEXT: diagrams.text,
}


def diagram(
    framework: Annotated[
        str, typer.Argument(metavar="FILE|PACK", help="A file (CASE JSON, CSV table) or the name of a pack.")
    ],
    around: Annotated[
        str | None, typer.Option("--around", help="Show what is near this competency or group.", show_default=False)
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=0, help="How many steps up and down from there.")] = 2,
    format_: Annotated[
        DiagramFormat, typer.Option("--format", help="A picture, the source of one, or the same in words.")
    ] = DiagramFormat.SVG,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write. Default: standard output.", show_default=False)
    ] = None,
    precedes: Annotated[str, typer.Option(help="Read CASE `precedes` as hard or soft prerequisites.")] = "hard",
    assess: Annotated[list[str] | None, typer.Option(help="CASE item types at which the outline ends.")] = None,
) -> None:
    """Draw a framework in layers: what comes first is above what it is for."""
    drawn = _WRITE[format_](framework_named(framework, precedes, assess), around=around, steps=steps)
    if out is None:
        sys.stdout.write(drawn)
        return
    try:
        out.write_text(drawn, "utf-8")
    except OSError as fault:
        fail(MasteryError(f"{out} cannot be written: {fault.strerror or fault}"))
    say(f"Wrote {out}.")
    if format_ is not DiagramFormat.TEXT:
        say("The same in words, to stand beside it: --format text.")
