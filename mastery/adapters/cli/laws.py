"""`mastery laws`: every law put to drawn courses under your own rules, and what came of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import asdict

import mastery
from mastery.adapters.cli.options import FINDING, AsJson, framework_named, print_json
from mastery.adapters.cli.render import say
from mastery.adapters.cli.rules import policy_named

if TYPE_CHECKING:
    from mastery.testing.laws import Verdict

__all__ = ["laws"]


def laws(
    policy: Annotated[
        str | None, typer.Option("--policy", help="Under this policy: a file or a name. Default: under drawn ones.")
    ] = None,
    framework: Annotated[
        str | None, typer.Option("--framework", help="In this framework: a file or a pack. Default: in drawn ones.")
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=1, help="How many courses to draw.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Try every law on drawn learners under your rules; exit 1 when one is broken. Needs mastery[testing]."""
    try:
        from mastery.testing.laws import check
    except ModuleNotFoundError as missing:
        raise mastery.MasteryError(str(missing)) from None
    rules = None if policy is None else policy_named(policy)
    found = check(rules, None if framework is None else framework_named(framework), examples=examples)
    if as_json:
        print_json(laws_json(found))
    else:
        for verdict in found:
            _tell(verdict)
    if any(verdict.result == "broken" for verdict in found):
        sys.exit(FINDING)


def laws_json(found: tuple[Verdict, ...]) -> dict[str, Any]:
    """Return the answer as JSON values (docs/schemas/laws.json)."""
    counts = {result: sum(one.result == result for one in found) for result in ("holds", "broken", "too rare")}
    told = [{**asdict(one), "cases": one.cases, "events": _events(one), "rare": list(one.rare)} for one in found]
    return {"holds": counts["holds"], "broken": counts["broken"], "too_rare": counts["too rare"], "laws": told}


def _events(verdict: Verdict) -> list[dict[str, Any]]:
    return [{"event": event, "cases": n} for event, n in verdict.events.items() if event != "cases"]


def _tell(verdict: Verdict) -> None:
    say(f"{verdict.number:>2} {verdict.result:<8} {verdict.sentence}")
    met = ", ".join(f"{event} {n}" for event, n in verdict.events.items() if event != "cases")
    say(f"   in {verdict.cases} of {verdict.examples} examples; met: {met or 'nothing'}")
    for told in verdict.rare:
        say(f"   too rare: {told}")
    if verdict.counterexample:
        say(f"   Not so here, and then {verdict.means}:")
        for line in verdict.counterexample.splitlines():
            say(f"   {line}")
