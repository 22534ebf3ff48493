"""Shared refreshment: work on what builds on a competency puts off its recheck, and moves nothing else of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from worlds import BRIEF, World, cases, dense, standings
from worlds import world as any_world
from worlds_facts import day

import mastery
from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, Evidence, MemoryStore, Policy, Retention, why
from mastery.retention import Currency
from mastery.standing import Action
from mastery.testing import laws
from mastery.testing.laws import Broken
from mastery.testing.log import evidence
from mastery.testing.rules import framework

SHARED = Retention(10, refreshes_prerequisites=True)
EASY = Criteria(0.8, pieces=1, occasions=1)
RULES = Policy(criteria=EASY, check=None, retention=SHARED)


def sharing(world: World) -> World:
    """Return the world under rules that share refreshment everywhere, and under which credit falls due soon."""

    def shared(kept: Retention) -> Retention:
        return evolve(kept, due_after_days=min(kept.due_after_days or 4, 4), refreshes_prerequisites=True)

    rules = world.policy
    special = [evolve(s, terms=evolve(s.terms, retention=shared(s.terms.retention))) for s in rules.special]
    return evolve(world, policy=evolve(rules, retention=shared(rules.retention), special=special))


def shared_worlds(seed: str, usual: int) -> Iterator[tuple[World, random.Random]]:
    """Yield dense worlds in which work on one thing confirms what it builds on."""
    return ((sharing(world), rng) for world, rng in dense(seed, usual))


@pytest.mark.parametrize(("law", "floor"), [(laws.evidence_stays_local, 0.01), (laws.better_scores, 0.0)])
def test_the_laws_of_scores_hold_where_refreshment_is_shared(law: Callable[..., Counter[str]], floor: float) -> None:
    """Laws 11 and 13 hold where work confirms what it builds on; some of it moves a due date elsewhere."""
    seen: Counter[str] = Counter()
    for world, rng in shared_worlds("shared", 800):
        seen += law(world, pick=rng.choice)
    assert BRIEF or seen["refreshed"] >= floor * seen["cases"]


def test_one_more_fact_is_as_evaluating_all_where_refreshment_is_shared() -> None:
    """Law 9 where refreshment is shared: a fact taken in by itself moves due dates elsewhere too, and says where."""
    moved = 0
    for world, rng in shared_worlds("one more", 600):
        one = evidence(rng.choice, "new", rng.choice(world.leaves), (1.0, 0.9, 0.0))
        before = mastery.evaluate(world.framework, world.policy, world.facts, world.at)
        looked_at = standings(before)
        after, touched = before.with_fact(one)
        whole = mastery.evaluate(world.framework, world.policy, [*world.facts, one], world.at)
        assert standings(after) == standings(whole)
        leaves = world.framework.expansion.leaves
        differ = {i for i, name in enumerate(leaves) if looked_at[name] != standings(whole)[name]}
        assert touched is None or differ <= touched
        moved += any(standings(whole)[leaves[i]].due_at != looked_at[leaves[i]].due_at for i in differ)
    assert BRIEF or moved >= 30


def test_law_13_sees_a_lapse_repaired_by_work_elsewhere() -> None:
    """An engine that lets work on one thing repair the lapse of another is caught."""

    class Repairs:
        """Progress in which nothing stays lapsed once there are enough facts."""

        def __init__(self, *given: object) -> None:
            self._progress = mastery.evaluate(*given)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(self._progress, name)

        def standing(self, name: str) -> object:
            one = self._progress.standing(name)
            good = any(isinstance(f, Evidence) and f.key == "new" for f in self._progress.facts)
            return evolve(one, currency=Currency.FRESH) if one.currency is Currency.LAPSED and good else one

    def all_of_them() -> None:
        for n in range(2000):
            rng = random.Random(f"repaired/{n}")
            world = sharing(any_world(rng.choice))
            laws.evidence_stays_local(world, evaluate=Repairs, pick=rng.choice)  # type: ignore[arg-type]

    with pytest.raises(Broken):
        all_of_them()


def test_what_is_unavoidable_is_what_nobody_can_do_without() -> None:
    """A leaf is unavoidable for another exactly where the other is out of reach for somebody who never meets it."""
    found = 0
    for case in range(cases(300)):
        expansion = framework(random.Random(f"unavoidable/{case}").choice, 8).expansion
        for less in range(len(expansion.leaves)):
            met = 0
            while more := sum(
                1 << i for i, gate in enumerate(expansion.gates) if i != less and not met >> i & 1 and gate.met(met)
            ):
                met |= more
            for i in range(len(expansion.leaves)):
                is_unavoidable = bool(expansion.unavoidable[i] >> less & 1)
                assert is_unavoidable is (i != less and not met >> i & 1)
                found += is_unavoidable
    assert found


def done(on: str, when: float, score: float = 1.0, purpose: str = "formative") -> Evidence:
    key = f"{on}-{when}-{purpose}"
    return Evidence("ana", on, score, day(0) + timedelta(days=when), purpose=purpose, key=key)


def told(on: str, kind: str, when: float) -> Decision:
    told = {"kind": kind, "by": "the teacher", "why": "as agreed", "key": f"{on}-{kind}-{when}"}
    return Decision(learner="ana", competency=on, observed_at=day(0) + timedelta(days=when), **told)  # type: ignore[arg-type]


FORKED = Framework(
    "forked",
    [Competency(name) for name in "abcde"],
    requires={"b": "a", "c": "a", "d": "b or c", "e": "d"},
)


def due(*facts: Evidence | Decision, on: str = "a", at: float = 12, rules: Policy = RULES) -> float | None:
    """Return on which day credit falls due."""
    found = mastery.evaluate(FORKED, rules, facts, day(0) + timedelta(days=at)).standing(on).due_at
    return None if found is None else (found - day(0)) / timedelta(days=1)


A, B, D = done("a", 0), done("b", 1), done("d", 4)


def test_good_work_puts_off_the_recheck_of_what_every_way_takes() -> None:
    """Work on d, which is reached by b or by c, confirms a, which both need, and neither b nor c."""
    assert due(A, B) == 11
    assert due(A, B, D) == 14
    assert due(A, B, D, on="b") == 11
    assert due(A, B, D, done("e", 6), on="d") == 16
    assert due(A, B, D, done("e", 6)) == 16


def test_only_what_would_confirm_its_own_competency_confirms_others() -> None:
    """A score below the bar, self-assessment, a failed check and a grant confirm nothing elsewhere; a pass does."""
    assert due(A, done("b", 1, 0.79)) == 10
    assert due(A, done("b", 1, purpose="self")) == 10
    assert due(A, done("b", 1, 0.5, "check")) == 10
    assert due(A, told("b", "grant", 1)) == 10
    checked = evolve(RULES, check=CheckRule(0.7, required=False), criteria=evolve(EASY, counts=("formative",)))
    assert due(A, done("b", 1, 0.7, "check"), rules=checked) == 11


def test_earlier_work_changes_nothing() -> None:
    """The latest confirmation rules, whichever it is; what was done on locked work counts for it as well."""
    assert due(done("b", 1), done("a", 3)) == 13
    assert due(done("a", 3), done("e", 5)) == 15


def test_it_is_off_by_default_and_the_policy_of_the_work_decides() -> None:
    """Without the setting nothing is shared; with terms of their own, only the competencies that share do."""
    assert due(A, B, rules=evolve(RULES, retention=Retention(10))) == 10
    alone = mastery.policy.Special(competency="d", terms=evolve(RULES.terms, retention=SHARED))
    rules = evolve(RULES, retention=Retention(10), special=[alone])
    assert due(A, B, rules=rules) == 10
    assert due(A, B, D, rules=rules) == 14


def test_credit_that_a_person_gave_is_put_off_too() -> None:
    """A waived competency falls due one interval after the last work that confirmed it."""
    assert due(told("a", "waive", 0), B) == 11


def test_a_revoke_bars_work_elsewhere_up_to_its_instant() -> None:
    """After a revoke of either competency, what was done before it confirms no more."""
    again = done("a", 3)
    assert due(A, done("b", 3.5), told("a", "revoke", 2), again) == 13.5
    assert due(A, B, told("a", "revoke", 2), again) == 13
    assert due(A, B, done("c", 1.5), told("c", "revoke", 2)) == 11
    assert due(A, B, told("b", "revoke", 2)) == 10
    assert due(A, B, told("a", "revoke", 1), done("a", 0.5)) is None


def test_a_lapse_stays_a_lapse() -> None:
    """Work elsewhere never repairs what lapsed."""
    rules = evolve(RULES, check=CheckRule(0.7, required=False))
    progress = mastery.evaluate(FORKED, rules, [A, done("a", 2, 0.1, "check"), done("b", 5)], day(9))
    assert progress.standing("a").currency is Currency.LAPSED
    assert progress.standing("a").action is Action.REPAIR


def test_the_receipt_what_if_why_and_the_history_say_it() -> None:
    """Recording says that credit is fresh again, what-if foretells it, why names the work, changes names the fact."""
    now = [day(0)]
    engine = mastery.Engine(FORKED, RULES, MemoryStore(), clock=lambda: now[0])
    engine.record(A)
    now[0] = day(10) + timedelta(hours=1)
    piece = evolve(B, observed_at=day(10))
    assert "a was met, due, now met, fresh" in [change.text for change in engine.what_if("ana", piece)]
    receipt = engine.record(piece)
    assert "a was met, due, now met, fresh" in [change.text for change in receipt.changes]
    assert why(engine.progress("ana"), "a").text.endswith("Work on b on 2026-01-15 confirmed it too.")
    assert "confirmed" not in why(engine.progress("ana"), "b").text
    found = [change for change in engine.changes(since=day(9)) if change.code == "a" or change.competency == "a"]
    assert [change.text for change in found][-1] == "a was met, due, now met, fresh"
    assert found[-1].cause is not None
    assert found[-1].cause.keys == (piece.key,)
    assert engine.progress("ana", at=day(19)).standing("a").currency is Currency.FRESH
    assert engine.progress("ana", at=day(20)).standing("a").currency is Currency.DUE


def test_the_setting_is_said_in_words_and_in_toml() -> None:
    """The rules in plain words say that it is shared, and a policy comes back from its words, TOML and JSON."""
    said = "; what confirms it puts off the recheck of everything that it cannot be reached without as well."
    for rules in (RULES, evolve(RULES, retention=evolve(SHARED, due_after_days=None))):
        assert said in mastery.policy_words.words(rules)
        assert mastery.policy_words.from_words(mastery.policy_words.words(rules)) == rules
        assert Policy.from_toml(mastery.policy_toml.to_toml(rules)) == rules
    with pytest.raises(ValueError, match="refreshes_prerequisites"):
        Retention(10, refreshes_prerequisites="yes")  # type: ignore[arg-type]
