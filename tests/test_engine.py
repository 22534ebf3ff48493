"""The engine: what it records is what evaluate says, whatever the order, the process or the store."""

import multiprocessing
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import competencies
import mastery
from competencies import Competency, Framework, UnknownCompetency
from mastery import (
    AdoptionConflict,
    Award,
    Basis,
    ChangeKind,
    CheckRule,
    Criteria,
    Decision,
    DecisionKind,
    Engine,
    Evidence,
    FactError,
    KeyConflict,
    MemoryStore,
    Policy,
    Purpose,
    Status,
    StoreError,
    evaluate,
)
from mastery.store import SQLiteStore

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = T0 + timedelta(days=60)
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)
CHAIN = Framework(
    "chain",
    [Competency(name, code=name.upper()) for name in ("a", "b", "c")]
    + [Competency("g"), Competency("g1"), Competency("g2")],
    requires={"b": "a", "c": "b"},
    part_of={"g1": "g", "g2": "g"},
)


def piece(competency: str, score: float = 1.0, day: int = 0, learner: str = "ana", **more: object) -> Evidence:
    return Evidence(learner, competency, score, T0 + timedelta(days=day), **more)  # type: ignore[arg-type]


def decision(kind: DecisionKind, competency: str = "", day: int = 0, **more: object) -> Decision:
    when = T0 + timedelta(days=day)
    return Decision(learner="ana", competency=competency, kind=kind, by="t", why="w", observed_at=when, **more)  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on the chain a, b, c under an easy policy, on each kind of store."""
    store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "e.db")
    with Engine(CHAIN, EASY, store, clock=lambda: NOW) as made:
        yield made


def random_log(chance: random.Random, n: int) -> list[Evidence | Decision]:
    facts: list[Evidence | Decision] = []
    for k in range(n):
        day = chance.randrange(12)
        if chance.random() < 0.15:
            kind = chance.choice([DecisionKind.GRANT, DecisionKind.REVOKE, DecisionKind.HOLD, DecisionKind.UNLOCK])
            facts.append(decision(kind, chance.choice("abc"), day, key=f"d{k}"))
        else:
            score, name = chance.choice([0.4, 0.9, 1.0]), chance.choice("abc")
            facts.append(
                piece(name, score, day, occasion=f"o{k}", key=f"k{k}", purpose=chance.choice(["formative", "check"]))
            )
    return facts


def test_credit_earned_in_any_order_is_at_least_what_evaluate_earns() -> None:
    """Law 6: two stores given the same facts in another order credit at least what evaluate earns without awards."""
    kept = 0
    for seed in range(150):
        chance = random.Random(seed)
        policy = Policy(criteria=Criteria(pieces=2, occasions=1), check=CheckRule(required=chance.random() < 0.5))
        facts = random_log(chance, 10)
        pure = {c for c, s in evaluate(CHAIN, policy, facts, NOW).credits.items()}
        for _ in range(2):
            chance.shuffle(facts)
            stored = Engine(CHAIN, policy, clock=lambda: NOW)
            for fact in facts:
                stored.record(fact)
            credits = stored.progress("ana").credits
            assert pure <= set(credits)
            assert {c for c in credits if c not in pure} <= {
                c for c, s in credits.items() if s.basis is not Basis.GRANTED
            }
            kept += len(set(credits) - pure)

    assert kept > 10, "too few cases kept credit: this would test nothing"


def test_what_the_engine_holds_is_what_evaluating_its_facts_gives(engine: Engine) -> None:
    """Law 9 and 14: after any calls, small and large, the engine's progress equals evaluating every fact it keeps."""
    chance = random.Random(5)
    facts = random_log(chance, 60)
    while facts:
        n = chance.choice([1, 1, 2, 12])
        engine.record_all(facts[:n])
        facts = facts[n:]
        held = engine.progress("ana")
        fresh = evaluate(CHAIN, EASY, engine._store.facts("ana")[0], NOW)
        assert list(held.standings()) == list(fresh.standings())


def test_credit_and_its_award_come_in_one_call(engine: Engine) -> None:
    """Recording what earns credit writes the award with the moment, the support and the versions, and says so."""
    receipt = engine.record(piece("A", key="k"))

    assert [(a.competency, a.earned_at, a.support) for a in receipt.awards] == [("a", T0, ("k",))]
    assert (receipt.awards[0].framework, receipt.awards[0].policy) == (CHAIN.version, EASY.version)
    assert [(change.code, change.kind) for change in receipt.changes] == [
        ("A", ChangeKind.MET),
        ("B", ChangeKind.UNLOCKED),
    ]
    assert receipt.awards[0] in engine._store.facts("ana")[0]


def test_an_award_rests_on_those_of_its_prerequisites(engine: Engine) -> None:
    """Voiding what earned a prerequisite takes the awards above it too: nothing is kept that rests on a void."""
    engine.record(piece("a", key="k"), piece("b", day=1))
    engine.record(decision(DecisionKind.VOID, day=2, of="k"))

    assert engine.progress("ana").credits == {}


def test_late_evidence_never_takes_credit_silently(engine: Engine) -> None:
    """A late fact under which credit would not be earned leaves it kept and under question; a person confirms it."""
    engine.adopt(policy=Policy(criteria=Criteria(pieces=2, occasions=1), check=None))
    engine.record(piece("a", 0.8, 1, key="1"), piece("a", 0.8, 2, key="2"))
    receipt = engine.record(piece("a", 0.1, 0, key="late"))
    standing = engine.progress("ana").standing("a")

    assert standing.status is Status.MET
    assert standing.under_question
    assert [change.kind for change in receipt.changes] == [ChangeKind.QUESTIONED]
    engine.record(decision(DecisionKind.GRANT, "a", 9))
    assert not engine.progress("ana").standing("a").under_question


def test_recording_twice_is_recording_once(engine: Engine) -> None:
    """Law 7: the same fact again changes nothing; its key with other content is refused and nothing else recorded."""
    engine.record(piece("a", key="k"))
    again = engine.record(piece("a", key="k"))

    assert (again.recorded, again.repeated, again.awards, again.changes) == ((), 1, (), ())
    with pytest.raises(KeyConflict, match="score was 1"):
        engine.record(piece("b", key="new"), piece("a", 0.5, key="k"))
    assert engine._store.find("new") is None


@pytest.mark.parametrize(
    ("fact", "error", "says"),
    [
        (piece("aa"), UnknownCompetency, "'aa'"),
        (piece("g"), FactError, "g1, g2"),
        (Award(learner="ana", competency="a", earned_at=T0, support=(), framework="", policy=""), FactError, "alone"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_its_name(
    engine: Engine, fact: Evidence, error: type[Exception], says: str
) -> None:
    """An unknown competency, evidence for a group and an award of the caller's own are each refused, all undone."""
    with pytest.raises(error, match=says):
        engine.record(piece("a"), fact)
    assert engine.learners() == []


def test_a_decision_names_only_facts_of_its_own_learner(engine: Engine) -> None:
    """A void of another learner's fact, or of a void, is refused when the engine knows the target."""
    engine.record(piece("a", key="bos", learner="bo"), decision(DecisionKind.VOID, of="later", key="v"))

    with pytest.raises(FactError, match="'bo'"):
        engine.record(decision(DecisionKind.VOID, of="bos"))
    with pytest.raises(FactError, match="cannot be voided"):
        engine.record(decision(DecisionKind.VOID, of="v"))


@pytest.mark.parametrize("kind", [DecisionKind.VOID, DecisionKind.EXCUSE])
def test_an_award_is_not_taken_back_by_its_key(engine: Engine, kind: DecisionKind) -> None:
    """A void or an excuse of an award is refused, saying what ends credit; the credit keeps its one record."""
    (award,) = engine.record(piece("A", key="k")).awards

    with pytest.raises(FactError, match="to end the credit revoke it"):
        engine.record(decision(kind, of=award.key))
    assert engine.record(piece("B", key="b")).awards[0].competency == "b"
    assert engine.record(decision(DecisionKind.REVOKE, "a")).awards == ()
    assert "a" not in engine.progress("ana").credits


def test_a_decision_on_a_group_is_one_on_each_part(engine: Engine) -> None:
    """Granting a group credits each of its parts."""
    engine.record(decision(DecisionKind.GRANT, "g"))

    assert set(engine.progress("ana").credits) == {"g1", "g2"}
    assert engine.progress("ana").status("g") is Status.MET


def test_a_store_lives_by_what_it_adopted(tmp_path: Path) -> None:
    """A reopened file needs no framework; another one is refused until it is adopted on purpose."""
    other = Framework("other", [Competency("a")])
    with mastery.open(tmp_path / "s.db", CHAIN, EASY, clock=lambda: NOW) as engine:
        engine.record(piece("a"))
        before = list(engine.progress("ana").standings())
    with mastery.open(tmp_path / "s.db", clock=lambda: NOW) as engine:
        assert (engine.framework, engine.policy) == (CHAIN, EASY)
        assert list(engine.progress("ana").standings()) == before
    for given in ({"framework": other}, {"policy": Policy()}):
        with pytest.raises(AdoptionConflict, match=r"Engine\.adopt"):
            mastery.open(tmp_path / "s.db", **given)  # type: ignore[arg-type]


def test_a_store_without_a_framework_asks_for_one(tmp_path: Path) -> None:
    """Opening a new file without a framework, or a file that must be there and is not, says what to do."""
    with pytest.raises(AdoptionConflict, match="mastery init"):
        mastery.open(tmp_path / "new.db")
    with pytest.raises(StoreError, match="There is no database"):
        mastery.open(tmp_path / "none.db", create=False)


def test_known_looks_with_the_facts_and_rules_of_then() -> None:
    """`known` takes the facts recorded by then and the policy adopted by then; `at` alone looks with today's rules."""
    times = iter([T0, T0, T0 + timedelta(days=10), T0 + timedelta(days=20), T0 + timedelta(days=20)])
    engine = Engine(CHAIN, EASY, clock=lambda: next(times, NOW))
    engine.record(piece("a", 0.5, key="early"))
    engine.record(piece("a", 1.0, key="corrected"))
    engine.adopt(policy=Policy())

    assert engine.progress("ana", at=NOW, known=T0 + timedelta(days=1)).standing("a").pieces == 1
    assert engine.progress("ana", at=NOW, known=T0 + timedelta(days=15)).policy == EASY
    assert engine.progress("ana", at=NOW).policy == Policy()
    with pytest.raises(AdoptionConflict):
        engine.progress("ana", at=NOW, known=T0 - timedelta(days=1))


def test_adopting_a_laxer_policy_writes_the_awards_it_earns() -> None:
    """Adopting what earns credit writes the awards at once, so that no later policy takes them silently."""
    engine = Engine(CHAIN, Policy(), clock=lambda: NOW)
    engine.record(piece("a"))

    assert [award.competency for award in engine.adopt(policy=EASY)] == ["a"]
    engine.adopt(policy=Policy())
    assert engine.progress("ana").standing("a").under_question


def test_rules_that_do_not_go_together_are_refused_before_they_are_adopted(tmp_path: Path) -> None:
    """A policy that names a competency which the framework has not leaves no database that nobody can open."""
    odd = Policy(floors=("nowhere",))
    with pytest.raises(UnknownCompetency, match="nowhere"):
        mastery.open(tmp_path / "s.db", CHAIN, odd)
    with mastery.open(tmp_path / "s.db", CHAIN, EASY, clock=lambda: NOW) as engine:
        with pytest.raises(UnknownCompetency, match="nowhere"):
            engine.adopt(policy=odd)
        assert engine.policy == EASY
        assert engine.position == (0, 2)


def test_a_hold_that_ends_gives_the_credit_that_waited() -> None:
    """Time alone can earn credit: when a hold ends, what waited for it is met, and the next call writes the award."""
    now = [T0 + timedelta(days=1)]
    engine = Engine(CHAIN, EASY, clock=lambda: now[0])
    engine.record(decision(DecisionKind.HOLD, "a", 0, until=T0 + timedelta(days=5)), piece("a"))
    assert engine.progress("ana").status("a") is Status.AWAITING
    now[0] = T0 + timedelta(days=6)

    assert engine.progress("ana").status("a") is Status.MET
    assert [award.competency for award in engine.record(piece("g1")).awards] == ["a", "g1"]


@pytest.mark.parametrize("take", ["a late low score", "a stricter policy"])
def test_nothing_takes_silently_the_credit_that_time_earned(take: str) -> None:
    """What was met when a hold ended stays met, under question, though nobody recorded anything at that moment."""
    now = [T0 + timedelta(days=1)]
    engine = Engine(CHAIN, EASY, clock=lambda: now[0])
    engine.record(decision(DecisionKind.HOLD, "a", 0, until=T0 + timedelta(days=5)), piece("a", 0.8))
    now[0] = T0 + timedelta(days=6)
    if take == "a stricter policy":
        engine.adopt(policy=Policy())
    else:
        engine.record(piece("a", 0.1, key="late"))
    standing = engine.progress("ana").standing("a")

    assert standing.status is Status.MET
    assert standing.under_question


def _write(path: str, name: str, count: int, go: object) -> None:
    with mastery.open(path, clock=lambda: NOW) as engine:
        go.wait()  # type: ignore[attr-defined]
        for n in range(count):
            engine.record(piece("abc"[n % 3], 0.9, n % 9, key=f"{name}{n}", occasion=f"{name}{n}"))


def test_two_processes_write_one_learner_and_nothing_is_lost(tmp_path: Path) -> None:
    """Two processes recording for one learner at once lose no fact and write each award once."""
    path = str(tmp_path / "s.db")
    mastery.open(path, CHAIN, EASY, clock=lambda: NOW).close()
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(2)
    writers = [context.Process(target=_write, args=(path, name, 40, go)) for name in ("x", "y")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    with mastery.open(path, clock=lambda: NOW) as engine:
        facts, _ = engine._store.facts("ana")
        awards = [fact.competency for fact in facts if isinstance(fact, Award)]
        assert len(facts) - len(awards) == 80
        assert sorted(awards) == ["a", "b", "c"]


def test_two_engines_on_one_file_see_each_others_facts(tmp_path: Path) -> None:
    """What one handle records is in the other's next answer, however warm that one is."""
    with (
        mastery.open(tmp_path / "s.db", CHAIN, EASY, clock=lambda: NOW) as one,
        mastery.open(tmp_path / "s.db", clock=lambda: NOW) as two,
    ):
        assert two.progress("ana").status("b") is Status.LOCKED
        one.record(piece("a"))
        assert two.progress("ana").status("b") is Status.READY
        two.record(piece("b"))
        assert one.progress("ana").status("c") is Status.READY


def test_two_engines_on_one_file_live_by_the_same_rules(tmp_path: Path) -> None:
    """What one handle adopts, the other lives by from its next call on, for questions and for recording."""
    with (
        mastery.open(tmp_path / "s.db", CHAIN, Policy(), clock=lambda: NOW) as one,
        mastery.open(tmp_path / "s.db", clock=lambda: NOW) as two,
    ):
        two.record(piece("a"))
        assert two.progress("ana").status("a") is Status.IN_PROGRESS
        one.adopt(policy=EASY)
        assert two.progress("ana").status("a") is Status.MET
        assert [award.policy for award in two.record(piece("b", day=1)).awards] == [EASY.version]
        assert two.policy == EASY


def test_an_engine_keeps_what_was_used_last_and_bounds_the_rest() -> None:
    """However many learners are asked about, what is held stays bounded, and answers stay right."""
    engine = Engine(CHAIN, EASY, clock=lambda: NOW, remember=20)
    for n in range(60):
        engine.record(piece("a", learner=f"l{n}", key=f"k{n}"))

    assert sum(len(held.progress.facts) for held in engine._recall.held.values()) <= 20
    assert "l59" in engine._recall.held
    assert engine.progress("l0").status("b") is Status.READY


def test_an_imported_table_is_kept_whole_or_not_at_all(engine: Engine) -> None:
    """A table with one bad row leaves no row behind; without it everything is kept, and again it changes nothing."""
    header = "learner,competency,score,observed_at\n"
    good = "".join(f"bo,a,0.{n},2026-03-0{n}T10:00:00Z\n" for n in range(1, 9))
    with pytest.raises(mastery.ImportFault, match="line 10, column score"):
        engine.import_table([header, *good.splitlines(True), "bo,a,7,2026-03-09T10:00:00Z\n"])
    assert engine.learners() == []

    assert len(engine.import_table([header, *good.splitlines(True)]).recorded) == 8
    assert engine.import_table([header, *good.splitlines(True)]).repeated == 8


def test_the_pack_goes_from_nothing_to_everything() -> None:
    """On the pack, a learner who does what is offered meets every competency under the default policy."""
    framework = competencies.pack("fractions-to-proportions")
    day = [T0]
    engine = Engine(framework, clock=lambda: day[0])
    for n in range(200):
        steps = engine.next_steps("ana")
        if not steps:
            break
        for step in steps:
            purpose = Purpose.CHECK if step.action in ("check", "retake") else Purpose.FORMATIVE
            for k in range(1 if purpose is Purpose.CHECK else 2):
                engine.record(
                    Evidence("ana", step.competency, 1.0, day[0], purpose=purpose, key=f"{n}-{step.code}-{k}")
                )
        day[0] += timedelta(days=1)

    assert all(standing.status is Status.MET for _, standing in engine.progress("ana").standings())
