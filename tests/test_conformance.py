"""Other systems' own cases, through our models, policies and `evaluate`: each agrees, or cannot be meant, and why."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import conformance_canvas  # noqa: F401 - each of these says what the cases of some systems mean
import conformance_cass  # noqa: F401
import conformance_rules  # noqa: F401
import conformance_slate  # noqa: F401
import conformance_tutors  # noqa: F401
import pytest
from conformance_cases import FILES, Case, cases, judged_by
from conformance_left_out import LEFT_OUT, left_out
from real import conformance_wanted

from mastery.errors import PolicyError

PAGE = (Path(__file__).parents[1] / "docs" / "peers.md").read_text("utf-8")
WORDS = " ".join(PAGE.split())
CASES = [case for file in FILES for case in cases(file)]


def judge(case: Case) -> bool:
    """Return whether a case agrees; False where it is left out; fails where it does neither."""
    if left_out(case):
        return False
    rule = judged_by(case)
    assert rule is not None, f"nobody has said what a case of this kind means, or why it cannot be meant: {case!r}"
    rule(case)
    return True


@pytest.mark.parametrize("file", FILES)
def test_the_cases_are_there(file: str) -> None:
    """Each file of cases is read where it lies, and holds some; absent, that is said."""
    assert cases(conformance_wanted(file).name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.id))
def test_a_case_agrees_or_is_left_out_with_a_reason(case: Case) -> None:
    """What another system says of an input, ours says too, or docs/peers.md gives the reason why it cannot."""
    judge(case)


def _told() -> dict[str, tuple[int, int]]:
    """Return what the page says of each system: how many cases agree, of how many."""
    rows = re.findall(r"^\| ([\w .&-]+?) +\|.*\| +(\d+) of (\d+) \|$", PAGE, re.MULTILINE)
    return {name: (int(agree), int(examined)) for name, agree, examined in rows}


def test_as_many_agree_as_the_page_says() -> None:
    """At least as many cases of each system are examined, and agree, as docs/peers.md says; of all, none unsaid."""
    if not CASES:
        conformance_wanted(FILES[0])
    examined, agree = Counter(case.system for case in CASES), Counter(case.system for case in CASES if judge(case))
    told = _told()
    names = {re.sub(r"[^a-z0-9]", "", name.lower()): numbers for name, numbers in told.items()}
    wanted = {system: names.get(re.sub(r"[^a-z0-9]", "", system)) for system in examined}
    assert None not in wanted.values(), f"the page says nothing of some: {wanted}"
    found = {system: (agree[system], examined[system]) for system in examined}
    fewer = {s: (found[s], told_of) for s, told_of in wanted.items() if told_of and found[s] < told_of}
    assert not fewer, f"(found, told): {fewer}"


@pytest.mark.parametrize("one", LEFT_OUT, ids=lambda one: f"{one.system}-{one.topic}")
def test_every_reason_stands_on_the_page(one: object) -> None:
    """Why something cannot be meant is told to readers in the words that leave its cases out."""
    assert getattr(one, "reason", "") in WORDS


def test_a_case_of_an_unknown_kind_is_a_fault() -> None:
    """A case that nobody has said anything of fails, and is named; it is neither skipped nor taken for agreement."""
    strange = Case("canvas-999", "canvas", "user_rollup_by_moon", {}, {}, 1)
    with pytest.raises(AssertionError, match=r"nobody has said what a case of this kind means.*canvas-999"):
        judge(strange)


def test_a_case_that_differs_is_a_fault() -> None:
    """A rule really compares: a case with another expectation fails."""
    if not CASES:
        conformance_wanted(FILES[0])
    for case in CASES[::7]:
        if left_out(case) is None:
            other = Case(case.id, case.system, case.topic, case.params, case.inputs, _another(case.expected))
            with pytest.raises((AssertionError, pytest.fail.Exception, PolicyError)):
                judge(other)


def _another(expected: object) -> object:
    if isinstance(expected, dict):
        return {name: _another(value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [*expected[:-1], _another(expected[-1])] if expected else [1]
    if isinstance(expected, bool):
        return not expected
    return expected + 0.5 if isinstance(expected, int | float) else "something else"
