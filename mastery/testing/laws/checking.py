"""`check`: every law on drawn courses, under your own policy and framework; what it met, and where it broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from attrs import frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from competencies import Framework
from mastery.facts import Evidence, Outcome, in_order
from mastery.policy import Policy
from mastery.store.protocol import Store
from mastery.store.sqlite import SQLiteStore
from mastery.testing.course import Course
from mastery.testing.drawn import courses
from mastery.testing.laws import engines, gates, log, scores
from mastery.testing.laws.stated import STATED, Broken, sentence

__all__ = ["LAWS", "Verdict", "check"]

Law = Callable[..., Counter[str]]
MOST_TRIES = 100

LAWS: tuple[Law, ...] = (
    gates.settled_credit_rests,
    gates.credit_waits_for_its_gate,
    gates.steps_wait_for_their_gate,
    gates.ready_means_ready,
    gates.ready_is_the_fringe,
    gates.nobody_stands_before_nothing,
    gates.checks_stand_behind_credit,
    log.arrival_order,
    engines.recording_order,
    log.twice_is_once,
    log.earliest_stamp_stays,
    log.voids_leave_no_trace,
    log.adding_is_evaluating,
    log.later_facts_have_no_say,
    log.credit_stays,
    scores.better_scores,
    scores.model_is_monotone,
    engines.learners_are_apart,
    scores.evidence_stays_local,
    engines.store_keeps,
    engines.names_do_not_matter,
    gates.requiring_more_never_credits,
    gates.ways_open_gates,
    engines.only_facts_reach_the_gate,
)
"""Every law about an engine, in order of its number in docs/laws.md."""


@frozen
class Verdict:
    """What became of one law: `result`, in how many `cases` it had something to say, and the `events` that these held.

    A law that is broken has its smallest `counterexample`, as Python; one that is too rare says in `rare` what was met
    too seldom. `means` says what it is to a learner that the law holds.
    """

    number: int
    law: str
    sentence: str
    result: Literal["holds", "broken", "too rare"]
    examples: int
    events: dict[str, int]
    rare: tuple[str, ...]
    counterexample: str
    means: str

    @property
    def cases(self) -> int:
        """In how many examples the law had something to say."""
        return self.events.get("cases", 0)


def check(
    policy: Policy | None = None,
    framework: Framework | None = None,
    *,
    examples: int = 100,
    laws: tuple[Law, ...] = LAWS,
    **own: Any,
) -> tuple[Verdict, ...]:
    """Put laws to drawn courses under this policy and framework, or under drawn ones; always the same courses.

    `own` is what the laws are to judge in place of ours: `evaluate`, `make_engine`, `make_store`, `reopen`, `model`;
    each law takes what it has a parameter for.
    """
    drawn = courses(framework, policy)
    seen: dict[Law, Counter[str]] = {one: Counter() for one in laws}
    broken: dict[Law, Broken] = {}
    with _kept(own):
        tries = {one: _put(one, own) for one in laws}

        def put_all(course: Course) -> None:
            for one in laws:
                if one not in broken:
                    try:
                        seen[one].update(tries[one](course))
                    except Broken as fault:
                        broken[one] = fault

            if len(broken) == len(laws):
                raise _Enough

        with suppress(_Enough):
            _settled(examples, shrink=False)(given(drawn)(put_all))()
        for one, fault in broken.items():
            broken[one] = _smallest(tries[one], drawn, examples) or fault
    return tuple(_verdict(one, examples, seen[one], broken.get(one)) for one in laws)


def _settled(examples: int, *, shrink: bool) -> settings:
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),  # courses are dense on purpose
    )


class _Enough(BaseException):
    """Nothing more is to be drawn: no Exception, so that Hypothesis does not take it for a fault."""


def _smallest(tried: Law, drawn: st.SearchStrategy[Course], examples: int) -> Broken | None:
    """Return the smallest fault that Hypothesis comes to in 100 tries from the first one."""
    found: list[Broken] = []
    tries = 0

    def once(course: Course) -> None:
        nonlocal tries
        tries += bool(found)
        if tries > MOST_TRIES:
            raise _Enough
        try:
            tried(course)
        except Broken as fault:
            found.append(fault)
            raise

    with suppress(_Enough, Broken):
        _settled(examples, shrink=True)(given(drawn)(once))()
    return min(found, key=lambda fault: len(str(fault)), default=None)


@contextmanager
def _kept(own: dict[str, Any]) -> Iterator[None]:
    """Put our stores in files into `own`, unless there is a store of one's own, and let go of the files at the end."""
    with TemporaryDirectory() as directory:
        if "make_store" not in own:
            counted, paths = iter(range(10**9)), dict[int, Path]()

            def make() -> Store:
                path = Path(directory) / f"{next(counted)}.db"
                store = SQLiteStore(path)
                paths[id(store)] = path
                return store

            def reopen(store: Store) -> Store:
                path = paths.pop(id(store))
                store.close()
                return SQLiteStore(path)

            own.update(make_store=make, reopen=reopen)
        yield


def _put(one: Law, own: dict[str, Any]) -> Law:
    """Return a law as a function of a course alone."""
    if one is scores.model_is_monotone:
        return lambda course: _model_on(course, own.get("model", course.policy.model))
    wanted = {name: value for name, value in own.items() if name in one.__code__.co_varnames[: _arguments(one)]}
    if one is engines.store_keeps:
        make_store = wanted.pop("make_store")
        return lambda course: one(make_store, course, **wanted)
    return lambda course: one(course, **wanted)


def _arguments(one: Law) -> int:
    return one.__code__.co_argcount + one.__code__.co_kwonlyargcount


def _model_on(course: Course, model: Any) -> Counter[str]:
    """Put a model to the scored pieces of the competency that has most of them."""
    pieces: dict[str, list[Evidence]] = {}
    for fact in sorted({fact.key: fact for fact in course.facts}.values(), key=in_order):
        if isinstance(fact, Evidence) and fact.outcome is Outcome.SCORED:
            pieces.setdefault(fact.competency, []).append(fact)
    return scores.model_is_monotone(model, max(pieces.values(), key=len, default=[]))


def _verdict(one: Law, examples: int, seen: Counter[str], fault: Broken | None) -> Verdict:
    stated = STATED[one.__name__]
    cases = seen["cases"]
    rare = [] if cases else ["no case in which it has something to say"]
    for event, share in stated.least.items():
        if cases and seen[event] < share * cases:
            rare.append(f"{event} in {seen[event]} of {cases} cases, {share:.0%} wanted")
    return Verdict(
        number=stated.number,
        law=one.__name__,
        sentence=sentence(one),
        result="broken" if fault else "too rare" if rare else "holds",
        examples=examples,
        events=dict(seen),
        rare=() if fault else tuple(rare),
        counterexample="".join(f"{name} = {value!r}\n" for name, value in fault.case.items()) if fault else "",
        means=stated.means,
    )
