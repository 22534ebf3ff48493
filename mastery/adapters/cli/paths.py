"""The path to a goal as text for a terminal."""

from __future__ import annotations

from mastery import Leg, Progress, Route
from mastery.adapters.cli.render import plain, say
from mastery.wording import day, listed, many

__all__ = ["print_path"]


def print_path(learner: str, progress: Progress, route: Route) -> None:
    """Print the legs of a path in order: where each stands, what it is missing, and what it comes after."""
    total = "met" if route.met else many(len(route.legs), "leg")
    say(f"Path for {learner} to {route.goal}, {total}, as of {day(progress.at)}", bold=True)
    for sentence in route.because:
        say(sentence)
    for n, leg in enumerate(route.legs, start=1):
        say()
        say(f"{n}. {progress.framework.printed_name(leg.competency)} ({_today(leg)})", bold=True)
        if leg.statement:
            say(f"   {plain(leg.statement)}")
        say(f"   - Missing: {leg.missing}.")
        if leg.after:
            say(f"   - It comes after {listed(leg.after)}.")


def _today(leg: Leg) -> str:
    status = leg.status.value.replace("_", " ")
    return status if leg.action is None else f"{status}: {leg.action.value}"
