"""`render`: a template with values as HTML. Whatever text comes in is shown as it reads, and does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from mastery.adapters.pages.catalogue import say
from mastery.adapters.pages.legible import legible
from mastery.adapters.pages.marks import all_marks, overlay_marks, standing_mark
from mastery.adapters.sheets.signs import sign_of
from mastery.adapters.sheets.text import cropped, without_markup

__all__ = ["render"]

_LONGEST_NAME = 60
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return a template filled with values."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("mastery.adapters.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    found.globals.update(
        say=say, sign_of=sign_of, all_marks=all_marks, overlay_marks=overlay_marks, standing_mark=standing_mark
    )
    found.filters.update(name=_name, statement=_statement, day=_day, moment=_moment, exact=_exact, score=_score)
    found.filters.update(fact_kind=lambda fact: type(fact).__name__.lower())
    return found


def _shown(value: Any) -> Any:
    """Return a value as it is shown: text such that all of it can be seen."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return legible(value)
    return value


def _exact(value: str) -> Markup:
    """Return a text for the value of a field, to the letter: it comes back as it went out."""
    return escape(value)


def _name(value: str | Markup, most: int = _LONGEST_NAME) -> Markup:
    """Return a name for between words: whatever direction it reads in, it turns nothing around it."""
    if isinstance(value, Markup):
        return value
    return Markup("<bdi>{}</bdi>").format(legible(cropped(value, most)))


def _statement(value: str) -> Markup:
    """Return what a competency says."""
    return Markup("<bdi>{}</bdi>").format(legible(without_markup(value)))


def _day(value: datetime) -> Markup:
    """Return a day as people say it, with the day itself for programs."""
    said = f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return Markup('<time datetime="{:%Y-%m-%d}">{}</time>').format(value, said)


def _moment(value: datetime) -> Markup:
    """Return a time of a day (UTC)."""
    said = f"{value.day} {_MONTHS[value.month - 1]} {value.year}, {value:%H:%M}"
    return Markup('<time datetime="{:%Y-%m-%dT%H:%M}Z">{}</time>').format(value, said)


def _score(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
