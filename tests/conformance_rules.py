"""What rules about parts and wholes mean here: Moodle's competency rules, Open edX's statuses, SCORM's rollups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from conformance_cases import Case, means, on_day, seen, work

from competencies import All, AtLeast, CompetenciesError, Competency, Framework, Needs, Requirement, points
from competencies import Any as AnyOf
from mastery.facts import Basis, Decision, DecisionKind, Evidence, Fact
from mastery.peers import peer
from mastery.progress import Progress
from mastery.standing import Status

__all__: list[str] = []

RATED = peer("moodle-points")


def _gated(parts: Iterable[str], requirement: Requirement, facts: list[Evidence]) -> bool:
    """Return whether the requirement on the whole is met by what was shown of the parts."""
    framework = Framework("rule", [Competency("whole"), *map(Competency, parts)], requires={"whole": requirement})
    return seen(framework, RATED, facts).status("whole") is not Status.LOCKED


def _rated(proficient: Iterable[str], not_proficient: Iterable[str]) -> list[Evidence]:
    """Return a rating for each that has a record: 1 is proficient, 0 is not."""
    right = [piece for name in proficient for piece in work(1, competency=name)]
    return right + [piece for name in not_proficient for piece in work(0, competency=name)]


# Moodle: a rule on a parent is the requirement of a competency.


@means("moodle", r"points_rule_matches")
def points_match(case: Case) -> None:
    """The parent's gate is open exactly when the points, and every child that is required, are there."""
    listed, told = case.params["children"], case.inputs
    worth = {child["id"]: child["points"] for child in listed if child["points"]}
    always = [child["id"] for child in listed if child.get("required")]
    asked: list[Requirement] = [Needs(name) for name in always if name not in worth]
    asked.append(points(case.params["points_required"], worth, [name for name in always if name in worth]))
    facts = _rated(told.get("proficient", ()), told.get("not_proficient", ()))
    known = dict.fromkeys([*(child["id"] for child in listed), *(n for names in told.values() for n in names)])
    assert _gated(known, All(asked), facts) == case.expected, case


@means("moodle", r"all_rule_matches")
def all_match(case: Case) -> None:
    """A whole is met exactly when it has parts and all of them are; what has no parts is not met by having none."""
    facts = _situation(case.inputs["situation"])
    parts = ["one", "other"] if facts is not None else []
    framework = Framework("rule", [Competency("whole"), *map(Competency, parts)], part_of=dict.fromkeys(parts, "whole"))
    met = seen(framework, RATED, facts or []).status("whole") is Status.MET
    assert met == case.expected, case


def _situation(text: str) -> list[Evidence] | None:
    """Return the ratings of two children in a situation told in words; None where there are no children."""
    if re.search(r"no child|without child|leaf", text):
        return None
    if re.search(r"\bno\b.*record|without.*record|unrated", text):
        return _rated(["one"] if re.search(r"\b(some|one)\b", text) else [], [])
    if re.search(r"not all|not proficient|some|only one|one child", text):
        return _rated(["one"], ["other"])
    assert re.search(r"\ball\b", text), f"a situation that nobody has said what it means: {text}"
    return _rated(["one", "other"], [])


@means("moodle", r"points_rule_validate")
def points_valid(case: Case) -> None:
    """What Moodle refuses as a points rule, points or a framework refuse too; what it accepts can be said."""
    text = case.inputs["config"]
    said = next((build for pattern, build in _CONFIGS if re.search(pattern, text)), None)
    assert said is not None, f"a configuration that nobody has said what it means: {text}"
    try:
        Framework("rule", map(Competency, ("whole", "a", "b", "c", "d", "e")), requires={"whole": said(text)})
        valid = True
    except CompetenciesError:
        valid = False
    assert valid == case.expected, case


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _of_total(text: str) -> Requirement:
    required, total = _numbers(text)[:2]
    return points(required, {"a": total - 1, "b": 1} if total > 1 else {"a": total})


def _of_children(text: str) -> Requirement:
    required, *values = _numbers(text)
    worth = dict(zip("abcde", values, strict=False))
    counted = {"one": 1, "two": 2, "all": len(values)}
    asked = re.search(r"\b(one|two|all) required", text)
    return points(required, worth, list(worth)[: counted[asked[1]] if asked else 0])


def _said(required: Any, worth: dict[str, Any]) -> Callable[[str], Requirement]:
    return lambda text: points(required, worth)


_CONFIGS: list[tuple[str, Callable[[str], Requirement]]] = [
    (r"required \d+ ?(>|above|more than).*\d", _of_total),
    (r"required \d+, children \d", _of_children),
    (r"itself", _said(1, {"whole": 1, "a": 1})),
    (r"(an)?other framework|unknown|does not exist", _said(1, {"elsewhere": 1, "a": 1})),
    (r"duplicate|twice|repeated", lambda text: AnyOf([Needs("a"), Needs("a")])),
    (r"negative|-\d", _said(1, {"a": -1, "b": 1})),
    (r"without points|missing|no (required )?points", _said(None, {"a": 1, "b": 1})),
    (r"no competenc|empty|without competenc|\bnothing", _said(1, {})),
    (r"not (a )?num|non-?num|abc|text|invalid", _said("abc", {"a": 1, "b": 1})),
    (r"\b0\b|zero|(less|fewer) than 1", _said(0, {"a": 1, "b": 1})),
]


@means("moodle", r"automatic_vs_teacher_grade")
def grades(case: Case) -> None:
    """A teacher's rating is a grant, and no automatic evidence moves it; work left undone takes no credit either."""
    facts: list[Fact] = []
    given: dict[Basis, int] = {}
    found = []
    for n, event in enumerate(case.inputs["events"]):
        rating = re.search(r"-> (\d+)", event)
        if "teacher" in event:
            given[Basis.GRANTED] = int(rating[1]) if rating else 0
            facts.append(_grant(n))
        else:
            if rating:
                given[Basis.DEMONSTRATED] = int(rating[1])
            facts += work(0.0 if "incomplete" in event else 1.0, competency="whole", first=n)
        credit = seen(Framework("rule", [Competency("whole")]), RATED, facts).standing("whole").credit
        found.append(0 if credit is None else given[credit.basis])
    assert found == case.expected, case


def _grant(n: int, competency: str = "whole") -> Decision:
    when = on_day(n)
    return Decision(
        learner="ana", kind=DecisionKind.GRANT, by="a teacher", why="seen", competency=competency, observed_at=when
    )


# Open edX: the status of a whole with two parts, and that it is not taken back by weaker work.

SHOWN = {
    "AttemptedNotDemonstrated": (0.0, 0.0),
    "PartiallyAttempted": (1.0, 0.0),
    "Demonstrated": (1.0, 1.0),
}


def _status(progress: Progress) -> str:
    whole, parts = progress.standing("whole"), [progress.standing(name) for name in ("one", "other")]
    if whole.status is Status.MET:
        return "Demonstrated"
    return "PartiallyAttempted" if any(part.credit for part in parts) else "AttemptedNotDemonstrated"


@means("openedx", r"monotone_merge")
def merged(case: Case) -> None:
    """Credit once demonstrated stays, whatever weaker work comes after it: the higher of the two statuses."""
    facts = []
    for n, status in enumerate((case.inputs["stored"], case.inputs["new"])):
        for name, score in zip(("one", "other"), SHOWN[status], strict=True):
            facts += work(score, competency=name, first=n)
    outline = {"one": "whole", "other": "whole"}
    framework = Framework("rule", map(Competency, ("whole", "one", "other")), part_of=outline)
    assert _status(seen(framework, RATED, facts)) == case.expected, case


# SCORM: a whole that is satisfied by so many of its children.


def _asked(params: dict[str, Any], names: list[str]) -> Requirement:
    how = next(str(value) for value in params.values() if str(value).lower() in _SETS)
    count = next((value for name, value in params.items() if "count" in name.lower() and value != how), None)
    share = next((value for name, value in params.items() if "percent" in name.lower() and value != how), None)
    return _SETS[how.lower()]([Needs(name) for name in names], count, share)


_SETS: dict[str, Callable[[list[Requirement], Any, Any], Requirement]] = {
    "all": lambda needs, count, share: All(needs),
    "any": lambda needs, count, share: AnyOf(needs),
    "atleastcount": lambda needs, count, share: AtLeast(int(count), needs),
    "atleastpercent": lambda needs, count, share: AtLeast(-int(-len(needs) * float(share) // 1), needs),
}


@means("scorm2004", r"(?!measure_).*")
def satisfied(case: Case) -> None:
    """A whole satisfied by all, any or so many of its children is a requirement: all, any, at least k of them."""
    children = {f"child-{n}": child for n, child in enumerate(case.inputs["children"])}
    right = [name for name, child in children.items() if child["satisfied"]]
    wrong = [name for name, child in children.items() if child["satisfied"] is False]
    assert _gated(children, _asked(case.params, list(children)), _rated(right, wrong)) == case.expected, case
