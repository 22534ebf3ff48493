"""What-if, changes, void and excuse, as a person types them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_commands import Run, fits, lines

import mastery


def test_what_if_says_if_and_then_and_records_nothing(school: Run) -> None:
    """The answer reads as a sentence, lists what would change, and ends with the assurance."""
    before = Path("mastery.db").read_bytes()

    assert lines(school("what-if", "ana", "WN3.1", "0.9", "--purpose", "check", "--at", "2026-03-06T09:00+01:00")) == [
        "If ana scores 0.90 on WN3.1 in a check (2026-03-06 08:00 UTC), then",
        "   + WN3.1 is met",
        "   + WN3.2 is unlocked: now ready",
        "   + WN4.2 is unlocked: now ready",
        "Nothing was recorded.",
    ]
    assert Path("mastery.db").read_bytes() == before


def test_what_if_takes_several_pairs_and_decisions(school: Run) -> None:
    """Scores and decisions may be mixed; equal pieces are two pieces; a person is who decides."""
    said = lines(school("what-if", "ana", "FR3.2", "0.5", "FR3.2", "0.5", "FR4.1", "unlock", "FR3.1", "revoke"))

    assert said[0] == (
        "If ana scores 0.50 on FR3.2 and 0.50 on FR3.2 and a person unlocks FR4.1 and revokes credit for FR3.1, then"
    )
    assert {"   + FR4.1 is unlocked: now ready", "   - FR3.1 is no longer met: now ready"} <= set(said)


def test_what_if_that_changes_nothing_says_where_to_look(school: Run) -> None:
    """Where no status changes, the answer names the command that says what is wanted."""
    assert "nothing changes in status; `mastery why ana COMPETENCY`" in " ".join(
        lines(school("what-if", "ana", "WN3.1", "0.9"))
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ana", "FR3.1"), "'FR3.1' has none"),
        (("ana", "FR3.1", "good"), "a score from 0 to 1 or one of grant, waive, revoke, unlock, hold was wanted"),
        (("ana", "FR3.1", "unlok"), "did you mean unlock"),
        (("ana",), "COMPETENCY SCORE"),
        (("ana", "FR3.1", "1", "--at", "0001-01-01T00:00+14:00"), "a time of our calendar"),
    ],
)
def test_what_if_that_makes_no_sense_is_a_matter_of_usage(school: Run, words: tuple[str, ...], says: str) -> None:
    """A pair that is not one, and a word that is neither score nor decision, exit with 2."""
    code, out, errors = school("what-if", *words)

    assert (code, out) == (2, "")
    assert says in errors


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ("what-if", ("what-if", "ana", "WN3.1", "0.9", "FR4.1", "unlock")),
        ("what-if", ("what-if", "cy", "WN3.1", "0.9", "--at", "2090-01-01")),
        ("changes", ("changes",)),
        ("changes", ("changes", "ana", "--since", "2026-03-01", "--as-of", "2026-03-02")),
        ("receipt", ("void", "w10-4", "--by", "ms-r", "--why", "the wrong pupil")),
        ("receipt", ("excuse", "w10-5", "--by", "ms-r", "--why", "ill")),
    ],
)
def test_every_answer_in_json_fits_its_schema(school: Run, schema: str, arguments: tuple[str, ...]) -> None:
    """`--json` prints one JSON value in the shape that docs/schemas tells, and nothing else."""
    code, out, _ = school(*arguments, "--json")

    assert code == 0
    fits(out, schema)


def test_a_fact_is_taken_back_by_its_key(school: Run) -> None:
    """`why` shows the key at the end of the line, `void` takes it, says of whom, and what changed."""
    assert "   2026-03-04  1.00  check, counts  [w10-4]" in lines(school("why", "ana", "FR3.1"))

    assert lines(school("void", "w10-4", "--by", "ms-r", "--why", "the wrong pupil")) == [
        "Voided, of ana: check w10-4 for FR3.1 (1.00 on 2026-03-04).",
        "Recorded 1 fact.",
        "   - ana: FR3.1 is no longer met: now check due",
        "   - ana: FR3.2 is locked",
    ]
    assert "w10-4" not in school("why", "ana", "FR3.1")[1]


def test_excused_work_stays_listed(school: Run) -> None:
    """`excuse` lets a piece count for nothing; `why` goes on listing it, and says so."""
    said = lines(school("excuse", "w10-5", "--by", "ms-r", "--why", "ill"))

    assert said[0] == "Excused, of ana: evidence w10-5 for WN3.1 (0.90 on 2026-03-02)."
    assert "   2026-03-02  no score  formative, does not count: it was excused  [w10-5]" in lines(
        school("why", "ana", "WN3.1")
    )


def test_a_decision_is_listed_with_its_key_and_can_be_taken_back(school: Run) -> None:
    """`why` lists what people decided, by whom and why; a void takes it back in words that say whose it was."""
    school("decide", "ana", "FR3.2", "grant", "--by", "ms-r", "--why", "shown orally")
    shown = next(line for line in lines(school("why", "ana", "FR3.2")) if "grant by ms-r: shown orally" in line)
    key = re.search(r"\[(.*)\]", shown)
    assert key is not None

    said = lines(school("void", key[1], "--by", "ms-k", "--why", "too early"))
    assert said[0] == "Voided, of ana: ms-r's grant of FR3.2 (shown orally)."
    assert "   - ana: FR3.2 is no longer met: now ready" in said


def test_changes_are_told_by_learner_and_day_with_their_causes(school: Run) -> None:
    """Each learner's changes stand under the day and the cause, the cause once."""
    school("void", "w10-4", "--by", "ms-r", "--why", "the wrong pupil")
    said = [re.sub(r"^   \d{4}-\d\d-\d\d$", "   TODAY", line) for line in lines(school("changes"))]

    assert said[1:] == [
        "   By work: 1 met, 1 unlocked, 2 of status.",
        "   By a person's decision: 1 lost, 1 locked.",
        "",
        "ana: 5 changes",
        "   TODAY",
        "      check w10-4 for FR3.1: 1.00 on 2026-03-04",
        "         + FR3.1 is met",
        "         + FR3.2 is unlocked: now ready",
        "      evidence w10-7 for WN3.1: 0.90 on 2026-03-05",
        "         * WN3.1 was ready, now check due",
        "      ms-r voided check w10-4 for FR3.1 (1.00 on 2026-03-04): the wrong pupil",
        "         - FR3.1 is no longer met: now check due",
        "         - FR3.2 is locked",
        "",
        "ben: 1 change",
        "   TODAY",
        "      evidence w10-8 for FR3.1: 0.50 on 2026-03-02",
        "         * FR3.1 was ready, now in progress",
    ]
    assert lines(school("changes", "ben"))[2:] == said[15:16] + lines(school("changes", "ben"))[3:]


def test_changes_look_at_the_time_that_is_asked_for(school: Run, tmp_path: Path) -> None:
    """A date begins with `--since` and ends with `--as-of`; a week is the default; nothing is said to be nothing."""
    answer = fits(school("changes", "--since", "2026-03-02", "--as-of", "2026-03-05", "--json")[1], "changes")
    assert (answer["since"], answer["until"]) == ("2026-03-02T00:00:00Z", "2026-03-05T23:59:59.999999Z")

    answer = fits(school("changes", "--as-of", "2026-03-09T00:00Z", "--json")[1], "changes")
    assert answer["since"] == "2026-03-02T00:00:00Z"
    assert lines(school("changes", "ana", "--as-of", "2026-03-09"))[-1] == "Nothing."
    code, _, errors = school("changes", "--since", "2090-01-01")
    assert code == 1
    assert "begin earlier" in errors


def test_much_of_one_cause_is_cut_unless_all_is_asked_for(typed: Run, tmp_path: Path) -> None:
    """A cause that changed very much is told with the first dozen and how many more; `--all` tells all."""
    rows = ["code,requires", "a,", *(f"b{n},a" for n in range(30))]
    (tmp_path / "wide.csv").write_text("\n".join(rows) + "\n")
    typed("init", "--framework", "wide.csv")
    typed("decide", "cy", "a", "grant", "--by", "t", "--why", "moved here")
    short, long = (lines(typed("changes", "cy", *more)) for more in ((), ("--all",)))

    assert short[-1] == "         and 19 more (`--all` lists them)"
    assert len(long) == len(short) + 18


def test_a_stranger_has_no_changes_and_is_noted(school: Run) -> None:
    """A learner of whom nothing is recorded gets an answer, and a note with who may have been meant."""
    code, out, errors = school("changes", "anna")

    assert code == 0
    assert out.endswith("Nothing.\n")
    assert "Did you mean ana?" in errors


def test_a_day_ahead_is_told_on_its_day(typed: Run, tmp_path: Path) -> None:
    """What falls due is told on the day on which it did, as the doing of time."""
    typed("init", "--framework", "fractions-to-proportions")
    long_ago = datetime.now(UTC) - timedelta(days=181)
    with mastery.open(tmp_path / "mastery.db", clock=lambda: long_ago) as engine:
        grant = mastery.DecisionKind.GRANT
        engine.record(
            mastery.Decision(
                learner="ana", competency="FR3.1", kind=grant, by="t", why="w", observed_at=long_ago, key="g"
            )
        )
    said = lines(typed("changes", "ana"))

    assert said[3:] == [
        f"   {long_ago + timedelta(days=180):%Y-%m-%d}",
        "      a recheck fell due",
        "         * FR3.1 was met, fresh, now met, due",
    ]
