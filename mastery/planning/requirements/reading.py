"""Requirements as TOML, the form in which people keep them; every fault is told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from competencies import CompetenciesError
from mastery.errors import PlanError
from mastery.planning.requirements.book import Balance, Clause, RequirementBook, RequirementVersion
from mastery.terms import strange_settings

__all__ = ["requirements_from_toml"]

Made = TypeVar("Made")


def requirements_from_toml(text: str, *, where: str = "These requirements") -> RequirementBook:
    """Return the requirements that TOML describes; raises PlanError with every fault, which begins with `where`.

    >>> book = requirements_from_toml('''
    ... title = "One course"
    ... [[version]]
    ... name = "1"
    ... [[version.clause]]
    ... name = "ratios"
    ... needs = "2 of (a, b, c)"
    ... ''')
    >>> book.only().asks[0].needs
    '2 of (a, b, c)'
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of too many digits is no TOMLDecodeError
        raise PlanError(f"{where} is not TOML", [str(fault)]) from None
    faults = strange_settings(data, ("title", "version"), "requirements")
    versions = [
        _version(one, f"version {n}", faults) for n, one in enumerate(_tables(data, "version", "", faults), start=1)
    ]
    book = None
    if not faults:
        known = [one for one in versions if one is not None]
        book = _made(lambda: RequirementBook(data.get("title"), known), "", faults)  # type: ignore[arg-type]
    if book is None:
        raise PlanError(f"{where} cannot be used", faults)
    return book


_KINDS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (Clause, "clause", ("name", "needs", "basis")),
    (Balance, "balance", ("name", "least", "categories", "basis")),
)


def _version(given: Mapping[str, Any], where: str, faults: list[str]) -> RequirementVersion | None:
    faults += strange_settings(given, ("name", "cohorts", "clause", "balance"), where)
    before = len(faults)
    asks: list[Any] = []
    for kind, name, known in _KINDS:
        for n, one in enumerate(_tables(given, name, where, faults), start=1):
            at = f"{where}, {name} {n}"
            faults += strange_settings(one, known, at)
            values = {setting: one.get(setting) for setting in known if setting in one or setting != "basis"}
            asks.append(_made(partial(kind, **values), f"{at}: ", faults))
    if len(faults) > before:
        return None
    cohorts = given.get("cohorts", ())
    return _made(lambda: RequirementVersion(given.get("name"), asks, cohorts), f"{where}: ", faults)  # type: ignore[arg-type]


def _tables(data: Mapping[str, Any], name: str, where: str, faults: list[str]) -> list[Mapping[str, Any]]:
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        at = f"{where}, {name}" if where else name
        faults.append(f"{at}: a list of tables was wanted ([[{name}]] in TOML), got {given!r}")
        return []
    return given


def _made(build: Callable[[], Made], where: str, faults: list[str]) -> Made | None:
    try:
        return build()
    except (TypeError, ValueError, CompetenciesError) as fault:
        faults.append(f"{where}{fault.args[0] if fault.args else fault}")
        return None
