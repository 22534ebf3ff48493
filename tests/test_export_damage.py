"""An export that was cut off, damaged or edited is refused with its line, and nothing of it is taken."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from test_export import some

from mastery import Engine, ImportFault, MasteryError, MemoryStore, restore

LINES = list(some().export())


def refused(lines: list[str]) -> str:
    """Return the message with which a file is refused, alike for restoring and merging; nothing is left behind."""
    store = MemoryStore()
    with pytest.raises(ImportFault, match="Nothing was imported") as told:
        restore(lines, store)
    assert (store.position(), store.editions()) == (0, 0)
    return str(told.value)


@pytest.mark.parametrize("n", range(len(LINES)))
def test_a_line_that_is_missing_doubled_or_changed_is_noticed(n: int) -> None:
    """Taking away, doubling or changing any one line is refused, and the message names a line."""
    line = LINES[n]
    value = json.loads(line)
    value["extra" if n % 2 else next(iter(value))] = 7
    for lines in (
        LINES[:n] + LINES[n + 1 :],
        [*LINES[:n], line, *LINES[n:]],
        [*LINES[:n], json.dumps(value) + "\n", *LINES[n + 1 :]],
        [*LINES[:n], line[: len(line) // 2] + "\n", *LINES[n + 1 :]],
    ):
        assert "line " in refused(lines)


def test_a_file_cut_off_anywhere_is_said_to_be() -> None:
    """Wherever the file ends too early, the message names the line at which it does."""
    text = "".join(LINES)
    for end in range(0, len(text) - 2, 61):
        cut = text[:end].splitlines(keepends=True)
        message = refused(cut)
        assert f"line {max(len(cut), 1)}: " in message
        assert "cut off" in message or len(cut) <= 1


def test_a_changed_score_is_noticed() -> None:
    """A figure that somebody changed with an editor is noticed, though every line can be read."""
    n = next(n for n, line in enumerate(LINES) if '"score": 0.9' in line)
    message = refused([*LINES[:n], LINES[n].replace('"score": 0.9', '"score": 1'), *LINES[n + 1 :]])

    assert f"line {len(LINES)}: the lines above are not those that were exported" in message


def test_ends_of_lines_and_blank_lines_do_not_matter() -> None:
    """What editors and mail do to the ends of lines, and a mark at the beginning of a file, is no damage."""
    lines = [line.rstrip("\n") + "\r\n" for line in LINES]
    store = MemoryStore()
    restore(["\ufeff" + lines[0], "\n", *lines[1:], "\r\n"], store)

    assert list(Engine(store=store).export()) == LINES


FAULTS: list[tuple[Callable[[dict[str, object]], object], str]] = [
    (lambda v: v.update(score=7), "score: a number from 0 to 1 was wanted, got 7"),
    (lambda v: v.update(score="high"), "score: a number from 0 to 1 was wanted, got 'high'"),
    (lambda v: v.update(score=True), "score: a number from 0 to 1 was wanted, got True"),
    (lambda v: v.update(observed_at="2026-03-02T10:00"), "observed_at: a time such as 2026-03-02T14:00:00Z"),
    (lambda v: v.update(observed_at=5), "observed_at: a time such as"),
    (lambda v: v.update(observed_at="9999-03-02T10:00:00Z"), "observed_at: a time from the year 1"),
    (lambda v: v.update(recorded_at=None), "recorded_at: a time such as"),
    (lambda v: v.pop("recorded_at"), "recorded_at: it is missing"),
    (lambda v: v.pop("learner"), "learner: it is missing"),
    (lambda v: v.update(learner=""), "learner: a text that is not empty was wanted"),
    (lambda v: v.update(learner=["ana"]), "learner: a text was wanted"),
    (lambda v: v.update(key=""), "key: a text was wanted"),
    (lambda v: v.update(purpose="formativ"), "purpose: one of formative"),
    (lambda v: v.update(purpose=[]), "purpose: a text was wanted"),
    (lambda v: v.update(ocasion="x"), "ocasion: there is no such field; did you mean occasion"),
    (lambda v: v.update(fact="evidenc"), "fact: one of evidence, decision, award was wanted"),
    (lambda v: v.update(fact=["x"]), "fact: one of evidence, decision, award was wanted"),
    (lambda v: v.update(fact="award"), "earned_at: it is missing"),
    (lambda v: v.update(fact="decision"), "why: it is missing"),
    (lambda v: v.update(adoption="rules"), "adoption: framework or policy was wanted"),
]


@pytest.mark.parametrize(("harm", "says"), FAULTS)
def test_what_is_wrong_with_a_line_is_said_with_its_place(
    harm: Callable[[dict[str, object]], object], says: str
) -> None:
    """A field that cannot be is named with its line, what was wanted and what came."""
    n = next(n for n, line in enumerate(LINES) if '"fact": "evidence"' in line)
    value = json.loads(LINES[n])
    harm(value)
    message = refused([*LINES[:n], json.dumps(value) + "\n", *LINES[n + 1 :]])

    assert f"line {n + 1}: " in message
    assert says in message


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "line 1: the first line of an export was wanted, and this is empty"),
        (["learner,score\n"], "line 1: the first line of an export was wanted"),
        (['{"format": "mastery export", "version": 2}\n'], "line 1: an export of version 1 was wanted, got version 2"),
        ([LINES[0].replace("null", "5"), *LINES[1:]], "line 1: learner: a learner or null was wanted, got 5"),
        ([LINES[0].replace("null", '"bo"'), *LINES[1:]], "facts of 'bo' alone were wanted"),
        ([*LINES, LINES[-2]], f"line {len(LINES) + 1}: nothing more was wanted after the last line"),
        ([*LINES[:-1], '{"end": 3}\n'], "end: counts and a digest were wanted"),
        ([LINES[0], "[" * 100_000 + "\n", *LINES[1:]], "line 2: this is not JSON"),
        ([LINES[0], "1" * 5_000 + "\n", *LINES[1:]], "line 2: "),
        ([LINES[0], "[]\n", *LINES[1:]], "line 2: a JSON object was wanted, got list"),
    ],
)
def test_what_is_no_export_is_refused(lines: list[str], says: str) -> None:
    """Other files, other versions, and lines that are no JSON are refused with their line."""
    assert says in refused(lines)


def test_no_damage_is_more_than_a_reader_can_say() -> None:
    """Whatever is done to the characters of an export, it is refused in our own words or read as what it was."""
    chance = random.Random(11)
    text = "".join(LINES)
    same = 0
    for _ in range(400):
        at, harm = chance.randrange(len(text)), chance.choice(['"', "{", "", "\n", "9", "\x00", "null", "\ud800", "e5"])
        spoilt = text[:at] + harm + text[at + chance.choice([0, 1, 1, 9]) :]
        store = MemoryStore()
        try:
            restore(spoilt.split("\n"), store)
        except MasteryError:
            assert store.position() == 0
        else:
            same += 1
            assert list(Engine(store=store).export()) == LINES
    assert same < 100


def test_faults_are_told_all_at_once_but_no_more_than_anybody_reads() -> None:
    """Fifty faults are told, and how many more there are."""
    spoilt = [LINES[0], *LINES[1:5], *(['{"fact": "evidence"}\n'] * 60), LINES[-1]]

    assert "and " in refused(spoilt)
    assert len(refused(spoilt).splitlines()) <= 53
