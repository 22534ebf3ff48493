"""Goals by name and by expression: what leads there, what is refused; and what is held back, by whom, until when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_commands import Run, fits
from worlds import dense

import competencies
from competencies import Competency, Framework, RequirementError, UnknownCompetency, mentions, parse
from mastery import Decision, DecisionKind, Evidence, Policy, Purpose, evaluate, next_steps, withheld
from mastery.pathway import goal_mask

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
PACK = competencies.pack("fractions-to-proportions")
NOBODY = evaluate(PACK, Policy(), [], T0)


def leads_to(framework: Framework, names: list[str]) -> set[str]:
    """The leaves under these names and all that their requirements mention, followed name by name."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = framework.competency(waiting.pop()).identifier
        parts = framework.parts(name)
        if parts:
            waiting += [part.identifier for part in parts]
        elif name not in found:
            found.add(name)
            waiting += mentions(framework.requirement(name))
    return found


def test_what_is_on_the_way_to_an_expression_is_what_it_mentions_and_all_that_leads_there() -> None:
    """By hand, following each mention, the same leaves are found as the mask has."""
    for world, rng in dense("goals", 60):
        names = list(dict.fromkeys(rng.choice(world.framework.competencies).identifier for _ in range(3)))
        quoted = [f'"{name}"' for name in names]
        text = rng.choice(["; ".join(quoted), f"1 of ({', '.join(quoted)})"])
        progress = evaluate(world.framework, world.policy, world.facts, world.at)
        mask = goal_mask(progress, [text])

        assert set(world.framework.expansion.names(mask)) == leads_to(world.framework, names)
        for step in next_steps(progress, goals=[text]):
            position = world.framework.expansion.position[step.competency]
            assert step.score_parts["on_the_way"] == float(mask >> position & 1)


def test_an_expression_of_one_name_is_that_name() -> None:
    """A goal in brackets or quotes asks for the same as the bare code; an all of several for their union."""
    assert next_steps(NOBODY, goals=["(PR7.1)"]) == next_steps(NOBODY, goals=["PR7.1"])
    assert next_steps(NOBODY, goals=["RA6.3; PR7.1"]) == next_steps(NOBODY, goals=["RA6.3", "PR7.1"])


def test_a_text_that_is_a_code_is_that_competency() -> None:
    """A code that could be read as an expression is the competency of that code."""
    framework = Framework("odd", [Competency("a"), Competency("b"), Competency("c", code="a; b")])
    progress = evaluate(framework, Policy(), [], T0)

    assert len(mentions(parse("a; b"))) == 2
    assert framework.expansion.names(goal_mask(progress, ["a; b"])) == ("c",)


def test_goals_that_make_no_sense_are_refused() -> None:
    """A name that there is not comes with the near miss; text that cannot be read, or met, with what was wanted."""
    with pytest.raises(UnknownCompetency, match=r"PR7\.2"):
        next_steps(NOBODY, goals=["RA6.3; PR7.22"])
    for text in ("RA6.3; (PR7.1", "RA6.3 or PR7.1; PR7.2", "80% of RA6.3"):
        with pytest.raises(RequirementError):
            next_steps(NOBODY, goals=[text])
    with pytest.raises(UnknownCompetency):
        next_steps(NOBODY, goals=[" "])


def decided(kind: DecisionKind, code: str, until: datetime | None = None) -> Decision:
    return Decision(
        learner="ana", competency=code, kind=kind, by="the teacher", why="as agreed", observed_at=T0, until=until
    )


def test_what_is_withheld_is_what_would_be_a_step() -> None:
    """Held, paused and waiting for a retake are told with who, why and until when; locked and met ones are not."""
    end = T0 + timedelta(days=30)
    facts = [
        decided(DecisionKind.HOLD, "FR3.1", end),
        decided(DecisionKind.PAUSE, "WN4.1"),
        decided(DecisionKind.GRANT, "WN3.1"),
        decided(DecisionKind.HOLD, "WN3.1"),
        decided(DecisionKind.HOLD, "SD7.2"),
    ]
    progress = evaluate(PACK, Policy(), facts, T0 + timedelta(days=1))
    found = {one.code: one.wait for one in withheld(progress)}

    assert set(found) == {"FR3.1", "WN4.1"}
    assert (found["FR3.1"].by, found["FR3.1"].until) == ("the teacher", end)
    assert not {step.code for step in next_steps(progress)} & set(found)
    assert [one.code for one in withheld(progress, goals=["FR3.2"])] == ["FR3.1"]


def test_a_retake_that_is_not_open_is_withheld_until_its_date() -> None:
    """After a failed check with enough evidence, the retake is told with the day on which it opens."""
    facts = [Evidence("ana", "FR3.1", 1.0, T0 + timedelta(days=n), key=f"e{n}") for n in range(9)]
    failed = Evidence("ana", "FR3.1", 0.5, T0 + timedelta(days=9), purpose=Purpose.CHECK, key="c")
    (one,) = withheld(evaluate(PACK, Policy(), [*facts, failed], T0 + timedelta(days=9, hours=1)))

    assert (one.wait.what, one.wait.until) == ("the retake opens", T0 + timedelta(days=10))


def test_next_tells_pins_with_their_end_and_what_is_not_now(school: Run) -> None:
    """Words and JSON tell a pin's end, and below the steps what is held, by whom, why and until when."""
    for code, kind in (("FR3.2", "hold"), ("WN4.1", "pin")):
        school("decide", "ana", code, kind, "--by", "ms-r", "--why", "talk", "--until", "2090-01-01T00:00Z")
    words = " ".join(school("next", "ana")[1].split())
    answer = fits(school("next", "ana", "--json")[1], "next")

    assert "Not now - FR3.2: held: talk until 2090-01-01, by ms-r" in words
    assert [one["code"] for one in answer["waiting"]] == ["FR3.2"]
    assert answer["waiting"][0]["waits_for"]["until"] == "2090-01-01T00:00:00Z"
    assert "Pinned by ms-r until 2090-01-01: talk." in words
    assert answer["steps"][0]["pinned"] == {"by": "ms-r", "why": "talk", "until": "2090-01-01T00:00:00Z"}


def test_next_tells_where_the_choice_level_cuts(typed: Run, tmp_path: Path) -> None:
    """What the policy does not offer yet is counted."""
    (tmp_path / "p.toml").write_text("choice = 1\n", "utf-8")
    typed("init", "--framework", "fractions-to-proportions", "--policy", "p.toml")
    words = typed("next", "ana")[1]
    answer = fits(typed("next", "ana", "--json")[1], "next")

    assert answer["choice"]["at_a_time"] == 1
    assert f"The policy offers 1 new ones at a time: {answer['choice']['left_out']} more" in words
