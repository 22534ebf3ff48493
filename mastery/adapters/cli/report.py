"""`mastery report`: one learner on one page, for a talk with them and those who bring them up."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from mastery.adapters.cli import bar
from mastery.adapters.cli.options import AsJson, AsOf, Db, Learner, engine_at, moment, note_stranger, print_json
from mastery.adapters.cli.pages import Html, one_of, write_page
from mastery.adapters.sheets.report_html import report_page
from mastery.adapters.sheets.report_markdown import report_markdown
from mastery.classroom import conference_sheet
from mastery.sheet_answers import report_json

__all__ = ["report"]


def report(
    learner: Learner,
    goal: Annotated[
        list[str] | None, typer.Option("--goal", help="What to work towards: a competency, a group, or 'a; (b or c)'.")
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How far back 'met lately' looks.")] = 6,
    as_of: AsOf = None,
    db: Db = None,
    html: Html = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Answer in Markdown: the default.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say on one page where a learner stands, what comes next, what waits, and what is not known."""
    one_of(json=as_json, html=html, markdown=markdown)
    with engine_at(db) as engine:
        progress = engine.progress(learner, at=moment(as_of))
        sheet = conference_sheet(progress, learner=learner, goals=goal or (), weeks=weeks)
        if as_json:
            print_json(report_json(progress, sheet))
            return
        note_stranger(engine, learner)
        if html is not None:
            write_page(html, report_page(sheet))
            return
        bar.take_away()
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(report_markdown(sheet))
