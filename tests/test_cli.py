"""The commands as a person types them: words, exit codes, JSON that fits its schema, and nothing half done."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_commands import ROOT, Run, fits

import mastery
from mastery.adapters.cli import demo
from mastery.adapters.cli.simulation import LEARNERS


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ("next", ("next", "ana", "--as-of", "2026-03-06")),
        ("next", ("next", "ana", "--goal", "PR7.2", "-n", "1")),
        ("show", ("show", "ana", "--as-of", "2026-03-06")),
        ("why", ("why", "ana", "FR4.1")),
        ("why", ("why", "ana", "RREP")),
        ("why", ("why", "ana", "FR3.1")),
        ("receipt", ("record", "ana", "WN3.1", "1", "--purpose", "check", "--at", "2026-03-07T09:00Z")),
        ("receipt", ("decide", "ana", "FR4.1", "hold", "--by", "ms-r", "--why", "talk first")),
        ("import", ("import", str(ROOT / "examples" / "week.csv"))),
        ("import", ("import", str(ROOT / "examples" / "week.csv"), "--dry-run")),
        ("init", ("init", "--framework", "fractions-to-proportions")),
    ],
)
def test_every_answer_in_json_fits_its_schema(school: Run, schema: str, arguments: tuple[str, ...]) -> None:
    """`--json` prints one JSON value in the shape that docs/schemas tells, and nothing else."""
    code, out, _ = school(*arguments, "--json")

    assert code == 0
    fits(out, schema)


def test_the_words_and_the_json_say_the_same(school: Run) -> None:
    """What `next` prints for people names each step of its JSON, in that order, with its reasons."""
    _, words, _ = school("next", "ana", "--as-of", "2026-03-06")
    steps = fits(school("next", "ana", "--as-of", "2026-03-06", "--json")[1], "next")["steps"]
    flat = re.sub(r"\s+", " ", words)

    places = [flat.index(f"{step['action']} {step['code']}") for step in steps]
    assert places == sorted(places)
    assert all(reason in flat for step in steps for reason in step["because"])


def test_no_meaning_is_in_colour_alone(school: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With colour and without, the words are the same."""
    plain = school("show", "ana", "--all")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = school("show", "ana", "--all")[1]

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "[locked] 5" in plain


def test_recording_says_what_it_changed_and_once_only(school: Run) -> None:
    """A check that is passed says what it earned and opened; the same key again says that it is known."""
    typed = ("record", "ana", "WN3.1", "1", "--purpose", "check", "--at", "2026-03-07T09:00Z", "--key", "c1")

    assert "+ ana: WN3.1 is met" in school(*typed)[1]
    assert "Recorded 0 facts, 1 known already." in school(*typed)[1]


def test_a_decision_is_shown_with_who_and_why(school: Run) -> None:
    """A hold shows in `why` as what the learner waits for, with its reason and whose it is."""
    school("decide", "ana", "FR3.2", "hold", "--by", "ms-r", "--why", "talk first", "--until", "2090-01-01T00:00Z")

    assert "held: talk first until 2090-01-01, by ms-r" in school("why", "ana", "FR3.2")[1]


def test_statements_are_shown_without_markup(typed: Run, tmp_path: Path) -> None:
    """Entities and tags that published frameworks carry in their words are no part of what a person reads."""
    (tmp_path / "f.csv").write_text('code,statement\na,"Know that 1 &ne; 2 and <i>x</i> < 3."\n')
    typed("init", "--framework", "f.csv")

    assert "Know that 1 ≠ 2 and x < 3." in typed("next", "ana")[1]


def test_looking_back_sees_only_what_was_observed_by_then(school: Run) -> None:
    """`--as-of` looks at an earlier day: nothing was recorded before the week began."""
    assert "0 of 63 competencies met" in school("show", "ana", "--as-of", "2026-03-01")[1]
    assert "1 of 63 competencies met" in school("show", "ana", "--as-of", "2026-03-06")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("next", "ana", "--db", "nowhere.db"), 1, "There is no database at nowhere.db"),
        (("why", "ana", "FR4.11"), 1, "did you mean FR4.1"),
        (("record", "ana", "FOPS", "1"), 1, "FOPS is a group: evidence is for one of its parts, name it (FO4.1"),
        (("record", "ana", "FR3.1", "7"), 1, "a number from 0 to 1 was wanted, got 7.0"),
        (("record", "ana", "FR3.1", "0.7", "--key", "w10-1"), 3, "The key 'w10-1' is already in use"),
        (("record", "ana", "FR3.1", "good"), 2, "SCORE"),
        (("record", "ana", "FR3.1", "1", "--at", "monday"), 2, "ISO 8601"),
        (("decide", "ana", "FR3.1", "praise", "--by", "x", "--why", "y"), 2, "one of grant, revoke"),
        (("decide", "ana", "FR3.1", "grant", "--by", "x", "--why", " "), 1, "why: a text that is not empty"),
        (("decide", "ana", "FR3.1", "grant", "--by", "x", "--why", "y", "--until", "2090-01-01"), 1, "until: only"),
        (("import", "nowhere.csv"), 1, "nowhere.csv: No such file"),
        (("init", "--framework", "fractions-to-proportion"), 1, "did you mean fractions-to-proportions"),
        (("init", "--framework", "nowhere.json"), 1, "nowhere.json cannot be opened"),
        (("next",), 2, "LEARNER"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    school: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    """A refusal says what was wanted, what came and where, on standard error, and has the exit code of its kind."""
    got, out, errors = school(*arguments)

    assert (got, out) == (code, "")
    assert says in errors
    assert "Traceback" not in errors


def test_another_framework_is_a_conflict(school: Run, tmp_path: Path) -> None:
    """Setting up a database that lives by another framework exits with 3 and changes nothing."""
    (tmp_path / "other.csv").write_text("code\na\n")
    code, _, errors = school("init", "--framework", "other.csv")

    assert code == 3
    assert "lives by another framework" in errors


def test_a_table_with_faults_is_refused_whole_with_every_place(school: Run, tmp_path: Path) -> None:
    """An import tells every fault with line and column, leaves no row behind, and exits with 1."""
    (tmp_path / "bad.csv").write_text(
        "learner,competency,score,observed_at,purpose\n"
        "bo,FR3.1,0.5,2026-03-02T10:00:00Z,formative\n"
        "bo,FR33.1,0.5,2026-03-02T10:00:00Z,formative\n"
        "bo,FR3.1,5,2026-03-02T10:00:00,quiz\n"
        ",FR3.1,x,2026-03-02T10:00:00Z,\n"
    )
    code, _, errors = school("import", "bad.csv")

    assert code == 1
    for place in ("line 3, column competency", "line 4, column observed_at", "line 5, column score"):
        assert place in errors
    assert "Nothing is recorded of bo" in school("next", "bo")[2]


def test_a_stranger_is_noted_and_the_near_miss_offered(school: Run) -> None:
    """A learner of whom nothing is recorded gets an answer, and a note with who may have been meant."""
    code, out, errors = school("next", "anna")

    assert code == 0
    assert "Next steps for anna" in out
    assert "Did you mean ana?" in errors


def test_the_database_is_found_by_option_then_environment(
    typed: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`--db` goes before $MASTERY_DB, which goes before ./mastery.db."""
    monkeypatch.setenv("MASTERY_DB", str(tmp_path / "from-environment.db"))
    typed("init", "--framework", "fractions-to-proportions")
    typed("init", "--framework", "fractions-to-proportions", "--db", "from-option.db")

    assert {path.name for path in tmp_path.glob("*.db")} == {"from-environment.db", "from-option.db"}


def test_json_lines_are_read_like_csv(school: Run, tmp_path: Path) -> None:
    """A .jsonl file with the same names imports the same, points and maximum standing in for the score."""
    row = {"learner": "cy", "competency": "FR3.1", "points": 4, "maximum": 5, "observed_at": "2026-03-02T10:00:00Z"}
    (tmp_path / "e.jsonl").write_text(json.dumps(row) + "\n\n" + json.dumps({**row, "points": 5}) + "\n")

    assert "Imported 2 pieces of evidence of 1 learner." in school("import", "e.jsonl")[1]
    assert "2026-03-02  0.80" in school("why", "cy", "FR3.1")[1]


def test_the_demo_shows_steps_and_a_lock_and_five_commands_that_work(typed: Run) -> None:
    """`mastery demo` makes 28 learners, says what one can do next and why something is locked; its commands succeed."""
    code, out, _ = typed("demo", "--db", "d.db")
    tries = re.findall(r"^   mastery (.*)$", out, flags=re.MULTILINE)

    assert code == 0
    assert "Next steps for" in out
    assert "[locked]" in out
    assert len(tries) == 5
    import shlex

    for command in tries:
        assert typed(*shlex.split(command))[0] == 0, command
    assert typed("demo", "--db", "d.db")[0] == 1, "an existing file is left alone"
    assert typed("demo", "--db", "d.db", "--fresh")[0] == 0


def test_the_demo_class_is_alive_and_the_same_each_time(tmp_path: Path) -> None:
    """The same moment and seed make the same class, in which every status but the rarest is found."""
    at = datetime(2026, 3, 20, 15, tzinfo=UTC)
    seen: list[set[mastery.Status]] = []
    for name in ("one.db", "two.db"):
        demo.run(tmp_path / name, fresh=False, seed=7, at=at)
        with mastery.open(tmp_path / name, clock=lambda: at) as engine:
            assert engine.learners() == sorted(LEARNERS)
            seen.append({s.status for learner in LEARNERS for _, s in engine.progress(learner).standings()})
            facts = [fact for learner in LEARNERS for fact in engine._store.facts(learner)[0]]
            if name == "one.db":
                first = facts
    assert first == facts
    assert seen[0] >= set(mastery.Status) - {mastery.Status.AWAITING}
