"""Facts at the door, and policies as text: what is refused, what is equal, and what comes back as it went."""

import json
from datetime import UTC, datetime, timedelta, timezone
from math import inf, nan
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st
from worlds import profile

from competencies import Competency, Framework
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import FactError, KeyConflict, PolicyError
from mastery.facts import Award, Basis, Context, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose, differences
from mastery.models import Sums
from mastery.policy import Policy
from mastery.progress import evaluate
from mastery.retention import Lapse, Retention

WHEN = datetime(2026, 3, 2, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from([UTC, BERLIN, ZoneInfo("America/St_Johns"), timezone(timedelta(hours=-11, minutes=-30))])
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=ZONES, allow_imaginary=False)
WORDS = st.text(alphabet="ab|, ", max_size=3)
SHARES = st.integers(1, 1000).map(lambda n: n / 1000)
DAYS = st.integers(0, 400) | st.integers(0, 4000).map(lambda n: n / 10)

EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(["ana", "bo"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from([0, 0.5, 1]),
    st.just(WHEN),
    purpose=st.sampled_from(Purpose),
    kind=WORDS,
    item=WORDS,
    occasion=WORDS,
    context=st.sampled_from(Context),
    source=WORDS,
    assessor=WORDS,
)
POLICIES = st.builds(
    Policy,
    model=st.builds(
        Sums,
        st.integers(1, 9),
        k=st.sampled_from([0.0, 0.25]),
        m0=st.just(0.9),
        half_life_days=st.none() | SHARES.map(lambda s: s * 90),
    ),
    criteria=st.builds(
        Criteria,
        SHARES.map(lambda s: s * 0.9),
        st.integers(2, 9),
        st.integers(1, 2),
        st.integers(0, 3),
        st.sets(st.sampled_from(Purpose), min_size=1),
    ),
    check=st.none()
    | st.builds(
        CheckRule,
        pass_score=st.none() | SHARES,
        wait_days=DAYS,
        cap=st.none() | st.integers(1, 9),
        relearning=st.none() | SHARES,
        challenge=st.booleans(),
        required=st.booleans(),
    ),
    retention=st.builds(Retention, st.none() | DAYS.map(lambda days: days + 1), st.sampled_from(Lapse)),
    floors=st.lists(st.sampled_from(["6.RP.A.1", 'a "b"', "é\\"])),
    choice=st.none() | st.integers(1, 9),
)


def evidence(**fields: Any) -> Evidence:
    return Evidence(**{"learner": "ana", "competency": "a", "score": 0.5, "observed_at": WHEN, **fields})


def decision(**fields: Any) -> Decision:
    given = {
        "learner": "ana",
        "kind": "grant",
        "by": "mr k",
        "why": "seen",
        "observed_at": WHEN,
        "competency": "a",
        **fields,
    }
    return Decision(**given)


def award(**fields: Any) -> Award:
    given = {
        "learner": "ana",
        "competency": "a",
        "earned_at": WHEN,
        "support": ["k"],
        "framework": "f",
        "policy": "p",
        **fields,
    }
    return Award(**given)


def toml(data: dict[str, Any]) -> str:
    """Our policies as TOML: top-level values, then one table a section; JSON's scalars and lists are TOML's."""
    plain = [f"{name} = {json.dumps(value)}" for name, value in data.items() if not isinstance(value, dict)]
    for name, section in data.items():
        if isinstance(section, dict):
            plain += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())]
    return "\n".join(plain)


@profile(300)
@given(TIMES)
def test_every_time_becomes_utc_at_the_door(when: datetime) -> None:
    """Whatever its zone, a time is held as the same instant in UTC, in every kind of fact."""
    expected = datetime.fromtimestamp(when.timestamp(), UTC)
    facts: list[Fact] = [
        evidence(observed_at=when, recorded_at=when),
        decision(observed_at=when, recorded_at=when, kind="hold", until=when),
        award(earned_at=when, recorded_at=when),
    ]
    for fact in facts:
        assert fact.recorded_at is not None
        assert (fact.observed_at, fact.recorded_at) == (expected, expected)
        assert fact.observed_at.tzinfo is fact.recorded_at.tzinfo is UTC
    assert evidence(observed_at=when) == evidence(observed_at=expected)
    assert evidence(observed_at=when).key == evidence(observed_at=expected).key


@profile(300)
@given(EVIDENCE, EVIDENCE, st.data())
def test_a_key_left_out_is_a_hash_of_the_content(one: Evidence, other: Evidence, data: st.DataObject) -> None:
    """Without a key, facts have equal keys exactly when their contents are equal: no field runs into the next."""
    if data.draw(st.booleans()):  # nearly equal: one text moved into the next field
        other = evolve(one, key="", item=one.item + one.occasion, occasion="") if one.occasion else evolve(one)
    event("equal" if one == other else "different")
    same = [
        getattr(one, name) == getattr(other, name)
        for name in (
            "learner",
            "competency",
            "score",
            "purpose",
            "kind",
            "item",
            "occasion",
            "context",
            "source",
            "assessor",
        )
    ]
    assert (one.key == other.key) is all(same)
    assert (one == other) is all(same)
    assert bool(differences(one, other)) is not all(same)


def test_a_separator_within_a_text_makes_no_two_facts_one() -> None:
    """Different contents have different keys, whatever characters the texts hold."""
    one, other = evidence(item="x\x1f", occasion="y"), evidence(item="x", occasion="\x1fy")
    assert one.key != other.key
    assert evidence(item="half \ud83d").key != one.key


@profile(300)
@given(st.floats(0, 1) | st.integers(0, 1))
def test_scores_are_whole_millionths(score: float) -> None:
    """A score is rounded to the nearest millionth, and taking it again changes nothing."""
    held = evidence(score=score)
    assert held.millionths is not None
    assert held.score == held.millionths / 1_000_000
    assert abs(held.score - score) <= 0.5e-6 + 1e-12
    assert evolve(held, score=held.score) == held


@profile(300)
@given(POLICIES)
def test_a_policy_comes_back_from_json_and_toml(policy: Policy) -> None:
    """What a policy writes, it reads: as JSON values and as TOML, equal, with the same version and hash."""
    written = json.loads(json.dumps(policy.to_json()))
    for again in (Policy.from_mapping(written), Policy.from_toml(toml(written))):
        assert again == policy
        assert (again.version, hash(again)) == (policy.version, hash(policy))
    assert len(policy.version) == 32


@profile(300)
@given(POLICIES, POLICIES)
def test_policies_are_equal_exactly_when_their_versions_are(one: Policy, other: Policy) -> None:
    """The version is a content hash: equal for equal policies, different for different ones."""
    for left, right in ((one, other), (one, evolve(one, choice=None)), (one, evolve(one, criteria=other.criteria))):
        event("equal" if left == right else "different")
        assert (left == right) is (left.version == right.version)


@pytest.mark.parametrize(
    "text",
    [
        "[check]\nwait_days = 1",
        "[retention]\ndue_after_days = 180",
        "[model]\nk = 0",
        '[model]\nname = "sums"\nwindow = 5',
        "floors = []",
    ],
)
def test_saying_a_default_is_the_default_policy(text: str) -> None:
    """A whole number where the default is a float says the same: an equal policy has an equal version."""
    assert Policy.from_toml(text) == Policy()
    assert Policy.from_toml(text).version == Policy().version


def test_what_a_policy_writes_can_be_said_in_toml() -> None:
    """TOML has no null, so a policy writes none; a window over all pieces comes back like any other."""
    everything = Policy(model=Sums(window=None))
    assert "null" not in json.dumps(everything.to_json())
    assert Policy.from_toml(toml(everything.to_json())) == everything


def test_all_faults_of_evidence_come_at_once() -> None:
    """One error names every field that cannot be used, what was wanted and what came."""
    with pytest.raises(FactError) as refused:
        Evidence("", "", 7, datetime(2026, 3, 2), purpose="exam", context="odd", recorded_at="today")  # type: ignore[arg-type]
    fields = [fault.split(":")[0] for fault in refused.value.faults]
    assert sorted(fields) == ["competency", "context", "learner", "observed_at", "purpose", "recorded_at", "score"]
    assert all("wanted, got" in fault for fault in refused.value.faults)
    assert all(fault in str(refused.value) for fault in refused.value.faults)


@pytest.mark.parametrize("score", [7, -0.1, 1.0000001, nan, inf, True, False, "0.5", None, [0.5]])
def test_a_score_is_a_number_from_0_to_1(score: object) -> None:
    """Anything else is refused: out of range, NaN, a truth value, a text, nothing."""
    with pytest.raises(FactError, match="score: a number from 0 to 1 was wanted"):
        evidence(score=score)


@pytest.mark.parametrize("outcome", [Outcome.MISSED, "excused"])
def test_only_a_scored_piece_has_a_score(outcome: str) -> None:
    """A missed or excused piece has score None, and no other."""
    assert evidence(score=None, outcome=outcome).millionths is None
    with pytest.raises(FactError, match="score: none was wanted"):
        evidence(score=0, outcome=outcome)


def test_an_outcome_that_there_is_not_is_one_fault() -> None:
    """A misspelt outcome is refused for what it is; the score beside it is not blamed."""
    with pytest.raises(FactError) as refused:
        evidence(outcome="scord")
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["outcome"]


@pytest.mark.parametrize(
    "when",
    [datetime(2026, 3, 2), "2026-03-02", None, WHEN.date(), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))],
)
@pytest.mark.parametrize("build", [evidence, decision, lambda observed_at: award(earned_at=observed_at)])
def test_a_time_without_an_offset_is_refused(build: Any, when: object) -> None:
    """A naive time, a text, a date, or a time with no place in UTC is a fault that names the field."""
    with pytest.raises(FactError, match=r"(observed|earned)_at: a "):
        build(observed_at=when)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"why": ""}, "why: "),
        ({"why": "  "}, "why: "),
        ({"by": ""}, "by: "),
        ({"learner": " "}, "learner: "),
        ({"kind": "forgive"}, "kind: "),
        ({"competency": ""}, "competency: a competency was wanted"),
        ({"of": "k"}, "of: nothing was wanted"),
        ({"kind": "void", "competency": ""}, "of: the key of a fact was wanted"),
        ({"kind": "excuse", "of": "k"}, "competency: nothing was wanted"),
        *(
            ({"kind": kind, "until": WHEN}, "until: only hold, pause, pin, unlock may end")
            for kind in ("grant", "waive", "revoke")
        ),
        ({"kind": "void", "competency": "", "of": "k", "until": WHEN}, "until: only"),
        ({"kind": "hold", "until": WHEN - timedelta(seconds=1)}, "until: a time not before"),
        ({"kind": "hold", "until": datetime(2026, 4, 1)}, "until: a time with an offset"),
        ({"basis": Basis.INFERRED}, "basis: only a waive"),
        ({"kind": "waive", "basis": Basis.GRANTED}, "basis: only a waive"),
        ({"kind": "waive", "basis": "inferredd"}, "basis: "),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(fields: dict[str, Any], fault: str) -> None:
    """Who, why and what it names are wanted; `until`, `of` and `basis` only where they mean something."""
    with pytest.raises(FactError) as refused:
        decision(**fields)
    assert [said for said in refused.value.faults if said.startswith(fault)]


def test_all_faults_of_a_decision_come_at_once() -> None:
    """What is missing, what does not fit and what cannot be used are told in one error."""
    with pytest.raises(FactError) as refused:
        decision(by="", why="", competency="", until=WHEN)
    assert sorted(fault.split(":")[0] for fault in refused.value.faults) == ["by", "competency", "until", "why"]


def test_words_become_members() -> None:
    """Purposes, outcomes, kinds and bases may be given as text and are held as members."""
    fact = evidence(purpose="check", outcome="scored", context="novel")
    assert (fact.purpose, fact.outcome, fact.context) == (Purpose.CHECK, Outcome.SCORED, Context.NOVEL)
    assert fact.purpose is Purpose.CHECK
    waive = decision(kind="waive", basis="inferred")
    assert waive.kind is DecisionKind.WAIVE
    assert waive.basis is Basis.INFERRED


@pytest.mark.parametrize("build", [evidence, decision, award])
def test_content_is_everything_but_when_it_was_recorded(build: Any) -> None:
    """`recorded_at` changes neither equality, hash nor key; any other field does; a key that was given stays."""
    early, late = build(recorded_at=WHEN), build(recorded_at=WHEN + timedelta(days=9))
    assert early == late == build()
    assert hash(early) == hash(late)
    assert early.key == late.key
    assert build(learner="bo") != early
    assert build(learner="bo").key != early.key
    assert build(key="mine").key == "mine"
    assert early.key.startswith(build.__name__)


def test_the_hour_that_berlin_repeats_is_two_hours() -> None:
    """02:30 before and after the clocks go back are an hour apart and two facts; a skipped time is an instant."""
    first, again = (evidence(observed_at=datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold)) for fold in (0, 1))
    assert (first.observed_at.hour, again.observed_at.hour) == (0, 1)
    assert first.key != again.key
    assert evidence(observed_at=datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)).observed_at < again.observed_at
    skipped = evidence(observed_at=datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN))
    assert skipped.observed_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_one_key_is_one_content() -> None:
    """Law 7: the same key with other content is refused, naming what differs; facts of two kinds differ in kind."""
    framework = Framework("one", [Competency("a")])
    with pytest.raises(KeyConflict, match=r"score was 0\.5, now 0\.6") as conflict:
        evaluate(framework, Policy(), [evidence(key="k"), evidence(key="k", score=0.6)], WHEN)
    assert conflict.value.key == "k"
    assert differences(evidence(key="k"), decision(key="k")) == ["it was evidence, now decision"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("criterai = 1", "did you mean criteria?"),
        ("[criteria]\nmastred_at = 0.9", "did you mean mastered_at?"),
        ("[check]\nwait_day = 2", "did you mean wait_days?"),
        ("[retention]\nlaps = 'keep'", "did you mean lapse?"),
        ("[model]\nname = 'sum'", "did you mean sums?"),
        ("[model]\nwindw = 3", "did you mean window?"),
        ("[criteria]\ncounts = ['formativ']", "formativ"),
        ("[criteria]\npieces = 1.5", "criteria."),
        ("[criteria]\nmastered_at = 1.2", "criteria."),
        ("[criteria]\nmastered_at = nan", "criteria."),
        ("[check]\nwait_days = inf", "check."),
        ("[check]\ncap = 0", "check."),
        ("[retention]\ndue_after_days = 0", "retention."),
        ("[retention]\ndue_after_days = 1e12", "retention."),
        ("[retention]\nlapse = 'forget'", "forget"),
        ("[model]\nwindow = 2.5", "window"),
        ("floors = '6.RP'", "floors"),
        ("choice = 0", "choice"),
        ("check = true", "a table of settings was wanted"),
        ("criteria = 3", "a table of settings was wanted"),
        ("[criteria", "not TOML"),
    ],
)
def test_a_policy_that_cannot_be_read_says_what_was_wanted(text: str, says: str) -> None:
    """An unknown setting is refused with the near miss, and a value that cannot be with the section it is in."""
    with pytest.raises(PolicyError) as refused:
        Policy.from_toml(text)
    assert says in str(refused.value)


def test_all_faults_of_a_policy_come_at_once() -> None:
    """Faults of several sections are told together."""
    with pytest.raises(PolicyError) as refused:
        Policy.from_toml("colour = 1\n[model]\nname = 'bkd'\n[criteria]\npieces = 0\n[check]\nwhen = 1")
    assert len(refused.value.faults) == 4


@pytest.mark.parametrize(
    ("model", "criteria"),
    [
        (Sums(2, k=1.0), Criteria(0.9)),
        (Sums(window=None, k=1.0), Criteria(1.0)),
        (Sums(), Criteria(pieces=1, occasions=2)),
    ],
)
def test_a_bar_that_nobody_could_reach_is_refused(model: Sums, criteria: Criteria) -> None:
    """A policy that no learner could satisfy does not exist: a bar beyond its model, more occasions than pieces."""
    with pytest.raises(PolicyError, match="could never be satisfied"):
        Policy(model=model, criteria=criteria)


def test_a_policy_file_is_named_when_it_cannot_be_read(tmp_path: Path) -> None:
    """Missing, not UTF-8, not TOML or wrong: one PolicyError with the file's name."""
    for name, content in [
        ("no.toml", None),
        ("latin.toml", b"\xe9 = 1"),
        ("broken.toml", b"["),
        ("odd.toml", b"colour = 1"),
    ]:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(PolicyError, match=name):
            Policy.load(tmp_path / name)
