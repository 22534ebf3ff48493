"""Editions: a new framework or policy takes nothing silently, and a crosswalk carries everything over."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typing_commands import Run

import competencies
import mastery
from competencies import (
    Competency,
    FormatError,
    Framework,
    FrameworkError,
    edition_changes,
    from_json,
    read_crosswalk,
    succeeding,
)
from mastery import Basis, CheckRule, Criteria, Decision, DecisionKind, Engine, Evidence, Policy, Status, evaluate

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = T0 + timedelta(days=30)
SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "publish.json"
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)
OLD = Framework("map 1", [Competency(n, code=n.upper()) for n in "abcde"], requires={"b": "a", "c": "b", "e": "d"})
NEW = Framework(
    "map 2",
    [Competency(n, code=n.upper()) for n in ("a", "b1", "b2", "c", "f")],
    requires={"b1": "a", "b2": "a", "c": "b1; b2", "f": "c"},
)
WALK = {"b": ("b1", "b2")}


def piece(competency: str, score: float = 1.0, day: int = 0, learner: str = "ana") -> Evidence:
    return Evidence(learner, competency, score, T0 + timedelta(days=day), key=f"{learner}-{competency}-{day}")


def fits(answer: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(answer)
    jsonschema.validate(value, json.loads(SCHEMA.read_text("utf-8")))
    return value


def school() -> Engine:
    engine = Engine(OLD, EASY, clock=lambda: NOW)
    engine.record(*(piece(name) for name in "abcd"), piece("e", 0.5, 1), piece("a", learner="bo"))
    return engine


def test_renaming_everything_changes_nothing_but_names() -> None:
    """Whatever a learner did, a new edition that only gives new identifiers keeps every status and all credit."""
    names = {name: f"new-{name}" for name in "abcde"}
    renamed = Framework(
        "map 1b",
        [Competency(names[c.identifier], code=c.code) for c in OLD.competencies],
        requires={"B": "A", "C": "B", "E": "D"},
    )
    edition = succeeding(renamed, OLD, {old: (new,) for old, new in names.items()})
    for seed in range(60):
        chance = random.Random(seed)
        facts = [piece(chance.choice("abcde"), chance.choice([0.3, 0.9]), day) for day in range(8)]
        policy = Policy(criteria=Criteria(pieces=2, occasions=1), check=None)
        before, after = evaluate(OLD, policy, facts, NOW), evaluate(edition, policy, facts, NOW)
        assert [after.status(names[name]) for name in "abcde"] == [before.status(name) for name in "abcde"]
        assert list(after.credits) == [names[name] for name in before.credits]
        assert after.unplaced == ()


def test_a_split_carries_evidence_and_credit_to_each_part() -> None:
    """Credit for a competency that was split is credit for each of its successors, on the same evidence."""
    engine = school()
    engine.adopt(framework=succeeding(NEW, OLD, WALK))
    progress = engine.progress("ana")

    assert [progress.status(name) for name in ("a", "b1", "b2", "c")] == [Status.MET] * 4
    assert progress.standing("b1").pieces == 1
    assert not progress.standing("c").under_question


def test_without_a_crosswalk_nothing_is_lost_from_the_log() -> None:
    """What has no place in the new edition is listed as unplaced and comes back when a later edition places it."""
    engine = school()
    before = list(engine.progress("ana").standings())
    engine.adopt(framework=succeeding(NEW, OLD))
    assert {fact.competency for fact in engine.progress("ana").unplaced} == {"b", "d", "e"}

    engine.adopt(framework=OLD)
    assert [s.status for _, s in engine.progress("ana").standings()] == [s.status for _, s in before]


def test_editions_follow_one_another() -> None:
    """What was carried over once is carried over again: facts of the first edition reach the third."""
    second = succeeding(NEW, OLD, WALK)
    third = succeeding(Framework("map 3", [Competency("x"), Competency("a")]), second, {"b1": ("x",), "c": ("x",)})

    assert third.formerly == {"b": ("x",), "b1": ("x",), "c": ("x",)}
    assert evaluate(third, EASY, [piece("b")], NOW).status("x") is Status.MET


def test_a_circle_of_successors_ends() -> None:
    """A crosswalk that runs in a circle carries nothing and does not hang."""
    assert succeeding(Framework("m", [Competency("z")]), OLD, {"a": ("b",), "b": ("a",)}).formerly == {}


def test_successors_come_from_a_case_package_too() -> None:
    """ReplacedBy (from the former) and exactMatchOf (to the former) associations carry over."""

    def association(kind: str, origin: str, destination: str) -> dict[str, object]:
        ends = {"originNodeURI": {"identifier": origin}, "destinationNodeURI": {"identifier": destination}}
        return {"associationType": kind, **ends}

    made = [
        association("replacedBy", "b", "b1"),
        association("exactMatchOf", "f", "d"),
        association("isPeerOf", "a", "e"),
    ]
    package = Framework("map 2", NEW.competencies, requires=NEW.requires, extras={"case": {"CFAssociations": made}})

    assert succeeding(package, OLD).formerly == {"b": ("b1",), "d": ("f",)}


def test_what_an_edition_changes_is_told_by_kind() -> None:
    """Added, removed, succeeded, reworded, regated and moved are told apart; the same edition changes nothing."""
    edition = succeeding(
        Framework(
            "m", [Competency("a", "A", "now in words"), *NEW.competencies[1:]], requires={"a": "f"}, part_of={"c": "b1"}
        ),
        OLD,
        WALK,
    )
    changes = edition_changes(OLD, edition)

    assert (changes.added, changes.removed, changes.succeeded) == (("b1", "b2", "f"), ("d", "e"), ("b",))
    assert (changes.reworded, changes.regated, changes.moved) == (("a",), ("a", "c"), ("c",))
    assert edition_changes(OLD, OLD).is_empty


def test_a_preview_says_what_adopting_does_and_writes_nothing() -> None:
    """Each learner's gains, questions, locks and losses in the preview are what adopting then does."""
    engine = school()
    position = engine._store.position()
    edition = succeeding(NEW, OLD, {"b": ("b1",)})
    [ana] = engine.preview(framework=edition)

    assert (ana.learner, ana.gained, ana.locked, ana.lost) == ("ana", (), (), ("D",))
    assert ana.questioned == ("C",)
    assert ana.unplaced == 2
    assert (engine._store.position(), engine.framework) == (position, OLD)
    engine.adopt(framework=edition)
    assert engine.progress("ana").standing("c").under_question
    assert engine.progress("ana").credits["c"].basis in (Basis.DEMONSTRATED, Basis.KEPT)


def test_a_stricter_policy_questions_and_a_laxer_one_gains() -> None:
    """Previewing a policy tells who would keep credit under question, and who would gain."""
    engine = school()

    assert {(one.learner, one.questioned) for one in engine.preview(policy=Policy())} == {
        ("ana", ("A", "B", "C", "D")),
        ("bo", ("A",)),
    }
    lax = Policy(criteria=Criteria(mastered_at=0.4, pieces=1, occasions=1), check=None)
    assert [(one.learner, one.gained) for one in engine.preview(policy=lax)] == [("ana", ("E",))]


def test_what_can_be_worked_on_today_and_would_be_locked_is_told() -> None:
    """A requirement that is added to what learners have begun shows as locked for each of them."""
    engine = school()
    gated = Framework("map", OLD.competencies, requires={**OLD.requires, "b": "a; e"})

    assert {one.learner: one.locked for one in engine.preview(framework=gated)}["bo"] == ("B",)


def test_evidence_under_a_former_name_is_taken_in() -> None:
    """After the edition, evidence and decisions that still name a former competency count for its successors."""
    engine = school()
    engine.adopt(framework=succeeding(NEW, OLD, WALK))
    engine.record(
        piece("a", learner="cy"),
        piece("b", learner="cy"),
        Decision(learner="dee", competency="b", kind=DecisionKind.GRANT, by="t", why="w", observed_at=T0),
    )

    assert set(engine.progress("cy").credits) == {"a", "b1", "b2"}
    assert set(engine.progress("dee").credits) == {"b1", "b2"}
    assert engine.record(piece("b", learner="cy")).repeated == 1


def test_one_more_fact_on_a_former_name_is_as_evaluating_all() -> None:
    """Law 9 with a crosswalk: adding a fact about a former competency equals evaluating everything."""
    edition = succeeding(NEW, OLD, WALK)
    policy = Policy(criteria=Criteria(pieces=1, occasions=1), check=CheckRule(required=False))
    kept = evaluate(edition, policy, [piece("a"), piece("b1", 0.2, 1)], NOW)
    late = piece("b", 1.0, 0)

    assert list(kept.with_facts([late]).standings()) == list(
        evaluate(edition, policy, [*kept.facts, late], NOW).standings()
    )


def test_former_names_are_kept_in_files_and_refused_where_they_cannot_be() -> None:
    """`formerly` survives JSON and changes the version; a former name that is still here, or unknown, is refused."""
    edition = succeeding(NEW, OLD, WALK)

    assert from_json(json.loads(json.dumps(edition.to_json()))) == edition
    assert edition != NEW
    with pytest.raises(FrameworkError, match="which is a competency of this edition too"):
        Framework("m", [Competency("a")], formerly={"a": ("a",)})
    with pytest.raises(FrameworkError, match="formerly of x"):
        Framework("m", [Competency("a")], formerly={"x": ("y",)})


def test_a_crosswalk_is_read_by_codes_with_every_fault() -> None:
    """A crosswalk names identifiers or codes; unknown ones are told with their lines, all at once."""
    good = ["old,new\n", "B,b1\n", "\n", " b , B2 \n"]

    assert read_crosswalk(good, OLD, NEW) == WALK
    with pytest.raises(FormatError, match=r"(?s)line 2: .*line 3: "):
        read_crosswalk(["old,new\n", "BB,b1\n", "b,b7\n"], OLD, NEW)
    with pytest.raises(FormatError, match="old and new"):
        read_crosswalk(["from,to\n"], OLD, NEW)


def test_publishing_from_the_command_line(typed: Run, tmp_path: Path) -> None:
    """`publish framework --check` looks and exits 1 on a finding; without it the edition is in force."""
    (tmp_path / "one.csv").write_text("code,requires\na,\nb,a\nc,b\n")
    (tmp_path / "two.csv").write_text("code,requires\na,\nx,a\nc,x\n")
    (tmp_path / "walk.csv").write_text("old,new\nb,x\n")
    (tmp_path / "easy.toml").write_text("check = false\n[criteria]\npieces = 1\noccasions = 1\n")
    assert typed("init", "--framework", "one.csv", "--policy", "easy.toml")[0] == 0
    for code in ("a", "b"):
        assert typed("record", "ana", code, "1", "--at", "2026-03-02T09:00Z")[0] == 0

    code, out, _ = typed("publish", "framework", "two.csv", "--check")
    assert (code, "has credit with no place for b" in out, "Nothing was written." in out) == (1, True, True)
    code, out, _ = typed("publish", "framework", "two.csv", "--crosswalk", "walk.csv", "--check", "--json")
    assert (code, fits(out)["learners"]) == (0, [])
    code, out, _ = typed("publish", "framework", "two.csv", "--crosswalk", "walk.csv")
    assert (code, "1 succeeded by others: b" in out, "in force now" in out) == (0, True, True)
    assert "x            fresh; demonstrated" in typed("show", "ana", "--as-of", "2026-03-03")[1]
    code, out, _ = typed("publish", "policy", "easy.toml", "--json")
    assert (code, fits(out)["adopted"]) == (0, True)


def test_the_real_map_can_be_exchanged_for_itself_renamed(tmp_path: Path) -> None:
    """The pack's next edition with a split competency keeps the credit of a whole simulated class."""
    pack = competencies.pack("fractions-to-proportions")
    with mastery.open(tmp_path / "s.db", pack, EASY, clock=lambda: NOW) as engine:
        chance = random.Random(4)
        for learner in ("ana", "bo", "cy"):
            done = [step.competency for step in engine.next_steps(learner)]
            for day in range(12):
                done = [step.competency for step in engine.next_steps(learner)]
                engine.record(*(piece(name, 1.0, day, learner) for name in chance.sample(done, min(2, len(done)))))
        credited = {learner: set(engine.progress(learner).credits) for learner in engine.learners()}
        first = pack.leaves[0].identifier
        renamed = json.loads(json.dumps(pack.to_json()).replace(f'"{first}"', '"successor"'))
        renamed["requires"] = {k: v.replace(first, "successor") for k, v in renamed["requires"].items()}
        renamed["recommends"] = {k: v.replace(first, "successor") for k, v in renamed["recommends"].items()}
        edition = succeeding(from_json(renamed), pack, {first: ("successor",)})
        assert engine.preview(framework=edition) == ()
        engine.adopt(framework=edition)
        for learner, before in credited.items():
            assert set(engine.progress(learner).credits) == {"successor" if n == first else n for n in before}
