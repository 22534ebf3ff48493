"""What engines and stores say when they refuse, word for word: recording, asking what if, adopting, opening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from test_engine import CHAIN, EASY, NOW, T0, decision, piece
from test_whole_words_of_refusals import told

from competencies import Competency, Framework
from mastery import Award, Decision, DecisionKind, Engine, Evidence, MemoryStore, Policy, StoreError, restore
from mastery.adoption import lived_by
from mastery.facts import differences
from mastery.restoring import read_export
from mastery.store import Adoption

AWARD = Award(learner="ana", competency="a", earned_at=T0, support=(), framework="", policy="", key="mine")
VOID, EXCUSE = DecisionKind.VOID, DecisionKind.EXCUSE
FOR_EVER = "A key names one fact for ever: give the new fact its own key, or void the old one."


def school() -> Engine:
    """Return an engine that holds a piece of each of two learners, and a void and a grant of one."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    engine.record(piece("a", key="known"), piece("a", key="bos", learner="bo"))
    engine.record(decision(VOID, of="later", key="void"), decision(DecisionKind.GRANT, "c", key="grant"))
    return engine


REFUSED: list[tuple[Sequence[Evidence | Decision], str]] = [
    ([AWARD], "This fact cannot be recorded: awards are written by the engine alone, got 'mine'"),  # type: ignore[list-item]
    (
        [piece("g")],
        "This evidence cannot be recorded: g is a group: evidence is for one of its parts, name it (g1, g2)",
    ),
    (
        [piece("b", 0.5, key="known")],
        f"The key 'known' is already in use for another fact (competency was a, now b; score was 1.0, now 0.5). "
        f"{FOR_EVER}",
    ),
    (
        [piece("a", key="x"), piece("a", 0.5, key="x")],
        f"The key 'x' is already in use for another fact (score was 1.0, now 0.5). {FOR_EVER}",
    ),
    (
        [decision(VOID, of="known", key="bos")],
        f"The key 'bos' is already in use for another fact (it was evidence, now decision). {FOR_EVER}",
    ),
    (
        [decision(VOID, of="bos")],
        "This decision cannot be recorded: of: a fact of 'ana' was wanted, and 'bos' is one of 'bo': make the decision "
        "one about 'bo', or name another fact",
    ),
    (
        [decision(VOID, of="void")],
        "This decision cannot be recorded: of: 'void' is a void, which cannot be voided: record again, under a new "
        "key, what it took back",
    ),
    (
        [decision(EXCUSE, of="grant")],
        "This decision cannot be recorded: of: a piece of evidence was wanted to be excused, and 'grant' is a decision "
        "to grant: to take it back, void it",
    ),
    (
        [decision(EXCUSE, of="void"), decision(VOID, of="new"), piece("a", key="new", learner="bo")],
        "These decisions cannot be recorded: \n"
        "  - of: a piece of evidence was wanted to be excused, and 'void' is a decision to void: to take it back, "
        "void it\n"
        "  - of: a fact of 'ana' was wanted, and 'new' is one of 'bo': make the decision one about 'bo', or name "
        "another fact",
    ),
]


@pytest.mark.parametrize(("facts", "text"), REFUSED)
def test_what_cannot_be_recorded_is_refused_in_these_words(facts: Sequence[Evidence | Decision], text: str) -> None:
    """Recording says what was wanted and what to do, and asking what-if about the same facts says the same."""
    engine = school()
    position = engine.position
    assert told(lambda: engine.record(*facts)) == text
    assert engine.position == position
    if all(fact.learner == "ana" for fact in facts):
        assert told(lambda: engine.what_if("ana", *facts)) == text


@pytest.mark.parametrize("kind", [VOID, EXCUSE])
def test_an_award_is_taken_back_by_a_revoke(kind: DecisionKind) -> None:
    """A void or an excuse of an award says what ends credit instead."""
    engine = school()
    (award,) = engine.record(piece("b", key="b")).awards
    assert told(lambda: engine.record(decision(kind, of=award.key))) == (
        f"This decision cannot be recorded: of: evidence or a decision was wanted, and {award.key!r} is an award, the "
        f"engine's record of credit: to end the credit revoke it, or {kind} the evidence under it"
    )


def test_what_if_is_asked_for_one_learner() -> None:
    """Facts of others are told off by name, each once."""
    others = [piece("a", learner=learner, key=f"{learner}{n}") for learner in ("zoe", "bo") for n in (1, 2)]
    assert told(lambda: school().what_if("ana", piece("b"), *others)) == (
        "What-if is asked for one learner: \n"
        "  - learner: facts of 'ana' were wanted, got one of 'bo': ask for each\n"
        "  - learner: facts of 'ana' were wanted, got one of 'zoe': ask for each"
    )


def test_a_key_that_nothing_has_is_told_with_the_near_miss() -> None:
    """A key is looked for among all facts but awards; where none is near, the text says where keys are shown."""
    engine = school()
    assert engine.fact("known") == piece("a", key="known")
    wanted = "There is no such fact: the key of a fact was wanted, got"
    assert told(lambda: engine.fact("knwon")) == f"{wanted} 'knwon'; did you mean known?"
    assert told(lambda: engine.fact("grnat")) == f"{wanted} 'grnat'; did you mean grant?"
    assert (
        told(lambda: engine.fact("nothing-like-it")) == f"{wanted} 'nothing-like-it'; the answers to why show the keys"
    )
    (award,) = (fact for fact in engine.progress("ana").facts if isinstance(fact, Award) and fact.competency == "a")
    near = award.key[:-1]
    assert told(lambda: engine.fact(near)) == f"{wanted} {near!r}; the answers to why show the keys"


def test_facts_of_two_kinds_or_learners_are_told_apart() -> None:
    """What differs between two facts of one key is told field by field."""
    assert differences(piece("a", key="k"), piece("b", 0.5, 1, learner="bo", key="k")) == [
        "learner was ana, now bo",
        "competency was a, now b",
        "score was 1.0, now 0.5",
        "observed_at was 2026-03-02 09:00:00+00:00, now 2026-03-03 09:00:00+00:00",
    ]
    assert differences(piece("a"), piece("a")) == []


NO_FRAMEWORK = "This store has no framework yet: give one (`mastery init --framework FILE`, or mastery.open(path, "
NO_FRAMEWORK += "framework))."
OTHER = Framework("other", [Competency("a")])


def test_a_store_that_lives_by_other_rules_says_so() -> None:
    """A framework or policy that is not the adopted one is refused with both versions and the way to change it."""
    store = MemoryStore()
    Engine(CHAIN, EASY, store, clock=lambda: NOW)
    for kind, held, given in (("framework", CHAIN, OTHER), ("policy", EASY, Policy())):
        assert told(lambda given=given, kind=kind: Engine(store=store, **{kind: given})) == (  # type: ignore[misc]
            f"This store lives by another {kind} (version {held.version}, adopted 2026-05-01) than the one given "  # type: ignore[attr-defined]
            f"(version {given.version}). Open it without one, or change it on purpose: Engine.adopt({kind}=...)."  # type: ignore[attr-defined]
        )
    assert (Engine(store=store, policy=EASY).framework, Engine(CHAIN, store=store).policy) == (CHAIN, EASY)


def test_a_store_without_rules_says_so() -> None:
    """Without a framework, and for a time before there was one, the text says what to do."""
    assert told(Engine) == NO_FRAMEWORK
    early = T0 - timedelta(days=1)
    engine = Engine(CHAIN, EASY, clock=lambda: NOW)
    late = "No framework was adopted by then: ask for a later time."
    assert told(lambda: engine.progress("ana", known=early)) == late
    assert told(lambda: engine.classroom(known=early)) == late


@pytest.mark.parametrize("kind", ["framework", "policy"])
def test_rules_that_cannot_be_read_say_so(kind: str) -> None:
    """An adopted framework or policy that is damaged is named with its day, and what to do."""
    bodies = {"framework": "{}", "policy": '{"zzz": 1}'}
    adopted = {"framework": Engine(CHAIN, EASY)._store.adoptions()[0].body, "policy": "{}"} | {kind: bodies[kind]}
    adoptions = [Adoption(one, "v", adopted[one], T0) for one in ("framework", "policy")]  # type: ignore[arg-type]
    with pytest.raises(StoreError) as refused:
        lived_by(adoptions)
    assert str(refused.value) == (
        f"The {kind} that this store adopted on 2026-03-02 cannot be read ({refused.value.__cause__}). If a newer "
        "version of mastery adopted it, update mastery; otherwise the database is damaged: put a backup in its place. "
        "Nothing was changed."
    )


def test_an_export_of_other_rules_is_refused() -> None:
    """Merging tells which rules differ, by both versions, and the two ways on; restoring wants an empty store."""
    engine = school()
    lines = list(engine.export())
    for kind, mine, other in (
        ("framework", OTHER.version, Engine(OTHER, EASY)),
        ("policy", Policy().version, Engine(CHAIN, Policy())),
    ):
        theirs = CHAIN.version if kind == "framework" else EASY.version
        assert told(lambda other=other: other.merge(lines)) == (  # type: ignore[misc]
            f"This export comes from a store that lives by another {kind} (version {theirs}) than this one (version "
            f"{mine}), and nothing was recorded. Import it into a database of its own, or first adopt the same {kind} "
            f"here (`mastery publish {kind} FILE`)."
        )
    assert told(lambda: restore(lines, engine._store)) == (
        "An empty store was wanted to restore an export into, and this one has facts or rules of its own. Give another "
        "one, or merge the export into it: Engine.merge(lines), or `mastery import FILE`."
    )
    assert read_export(list(engine.export("bo"))).learner == "bo"
