"""What tables of evidence and exports say when they are refused, word for word, with line and column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from test_engine import CHAIN
from test_export import some
from test_whole_words_of_refusals import told

from mastery import MemoryStore, read_evidence, restore
from mastery.export_format import Digest, fact_of

COLUMNS = "learner, competency, observed_at, score, points, maximum, purpose, kind, item, occasion, context, outcome, "
COLUMNS += "source, assessor, key"
HEAD = "learner,competency,score,observed_at"
ROW = "ana,a,0.5,2026-03-02T10:00Z"
ISO = "an ISO 8601 time was wanted, such as 2026-03-02T14:00:00+01:00"
UNKNOWN = "No competency in 'chain' has the identifier or code"

TABLES: list[tuple[str, str]] = [
    ("", "line 1: these columns are missing: learner, competency, observed_at, score (or points and maximum)"),
    ("learner,competency,points,observed_at", "line 1: these columns are missing: score (or points and maximum)"),
    (f"{HEAD},scroe", f"line 1, column scroe: no such column; did you mean score? (there are: {COLUMNS})"),
    (f"{HEAD},zzz", f"line 1, column zzz: no such column (there are: {COLUMNS})"),
    (f"{HEAD}\nana,a,0.5", "line 2: 4 cells were wanted, got 3"),
    (f"{HEAD}\n{ROW}\n\nana,a,0.5,x,", "line 4: 4 cells were wanted, got 5"),
    (f'{HEAD}\n{ROW}\nana,"a"x,1,2', "line 3: this is not CSV: ',' expected after '\"'"),
    (f"{HEAD}\n{ROW}\nana,a,0.5,today", f"line 3, column observed_at: {ISO}, got 'today'"),
    (
        f"{HEAD}\nana,a,0.5,2026-03-02T10:00",
        "line 2, column observed_at: a time with an offset from UTC was wanted, such as 2026-03-02T10:00Z, got "
        "'2026-03-02T10:00'",
    ),
    (f"{HEAD}\n{ROW.replace('ana', '')}", "line 2, column learner: a text that is not empty was wanted, got ''"),
    (f"{HEAD}\n{ROW.replace(',a', ',x')}", f"line 2, column competency: {UNKNOWN} 'x'."),
    (f"{HEAD}\n{ROW.replace(',a', ',')}", "line 2, column competency: an identifier or code was wanted, got nothing"),
    (
        f"{HEAD}\n{ROW.replace(',a', ',g')}",
        "line 2, column competency: g is a group: evidence is for one of its parts, name it (g1, g2)",
    ),
    (
        f"{HEAD}\n{ROW.replace('0.5', '7')}",
        "line 2, column score: a number from 0 to 1 was wanted, got 7.0: divide the points by the most that can be had",
    ),
    (
        f"{HEAD}\n{ROW.replace('0.5', 'high')}",
        "line 2, column score: a number was wanted: could not convert string to float: 'high'",
    ),
    (f"{HEAD}\n{ROW.replace('0.5', '')}", "line 2, column score: a number from 0 to 1 was wanted, got None"),
    (
        f"{HEAD.replace('score', 'points,maximum')}\n{ROW.replace('0.5', '1,0')}",
        "line 2, column points: a number was wanted: maximum must be above 0, got '0'",
    ),
    (
        f"{HEAD.replace('score', 'points,maximum')}\n{ROW.replace('0.5', '3,')}",
        "line 2, column points: a number was wanted: could not convert string to float: ''",
    ),
    (
        f"{HEAD},purpose\n{ROW},Exam",
        "line 2, column purpose: one of formative, interim, summative, diagnostic, check, self was wanted, got 'exam'",
    ),
    (f"{HEAD},context\n{ROW},new", "line 2, column context: one of familiar, novel was wanted, got 'new'"),
    (f"{HEAD},outcome\n{ROW},lost", "line 2, column outcome: one of scored, missed, excused was wanted, got 'lost'"),
    (
        f"{HEAD},key\n{ROW.replace('ana', 'half ' + chr(0xD83D))},",
        "line 2: text in Unicode was wanted, got half a character: surrogates not allowed",
    ),
]


@pytest.mark.parametrize(("text", "fault"), TABLES)
def test_one_fault_of_a_table_is_told_with_its_place(text: str, fault: str) -> None:
    """A fault names its line and, where it has one, its column; what was wanted and what came follow."""
    assert (
        told(lambda: read_evidence(text.splitlines(keepends=True), CHAIN)) == f"Nothing was imported, 1 fault: {fault}"
    )


def test_several_faults_of_a_table_are_told_one_a_line() -> None:
    """Every fault of every line is told, in order, with how many there are."""
    lines = [HEAD + ",learner,zzz", ROW]
    assert told(lambda: read_evidence(lines, CHAIN)) == (
        "Nothing was imported, 2 faults: \n"
        "  - line 1, column learner: this column is there twice\n"
        f"  - line 1, column zzz: no such column (there are: {COLUMNS})"
    )
    assert told(lambda: read_evidence([HEAD + ",score,score"], CHAIN)) == (
        "Nothing was imported, 1 fault: line 1, column score: this column is there 3 times"
    )
    lines = [HEAD, "ana,x,high,today", ROW, ",a,7,2026-03-02T10:00Z"]
    assert told(lambda: read_evidence(lines, CHAIN)) == (
        "Nothing was imported, 5 faults: \n"
        f"  - line 2, column competency: {UNKNOWN} 'x'.\n"
        f"  - line 2, column observed_at: {ISO}, got 'today'\n"
        "  - line 2, column score: a number was wanted: could not convert string to float: 'high'\n"
        "  - line 4, column learner: a text that is not empty was wanted, got ''\n"
        "  - line 4, column score: a number from 0 to 1 was wanted, got 7.0: divide the points by the most that can be "
        "had"
    )


@pytest.mark.parametrize("count", [50, 51, 60])
def test_fifty_faults_are_told_and_the_rest_counted(count: int) -> None:
    """The first fifty faults are told, and how many more there are where there are more."""
    faults = "".join(f"\n  - line {n}: 4 cells were wanted, got 1" for n in range(2, 52))
    more = f"\n  - and {count - 50} more" if count > 50 else ""
    assert told(lambda: read_evidence([HEAD, *["x"] * count], CHAIN)) == (
        f"Nothing was imported, {count} faults: {faults}{more}"
    )


GOOD = json.dumps({"learner": "ana", "competency": "a", "score": 0.5, "observed_at": "2026-03-02T10:00Z"})


def test_json_lines_are_told_with_their_line() -> None:
    """Blank lines are passed over and counted, and what follows a bad line is looked at too."""
    lines = ["", GOOD, "{", "[1]", "7", GOOD.replace("score", "scroe"), GOOD.replace("0.5", "null"), GOOD]
    assert told(lambda: read_evidence(lines, CHAIN, json_lines=True)) == (
        "Nothing was imported, 6 faults: \n"
        "  - line 3: this is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n"
        "  - line 4: a JSON object was wanted, got list\n"
        "  - line 5: a JSON object was wanted, got int\n"
        f"  - line 6, column scroe: no such column; did you mean score? (there are: {COLUMNS})\n"
        "  - line 6: these columns are missing: score (or points and maximum)\n"
        "  - line 7, column score: a number from 0 to 1 was wanted, got None"
    )
    assert len(read_evidence(["", GOOD, "  ", GOOD], CHAIN, json_lines=True)) == 2


LINES = list(some().export())
FIRST = next(n for n, line in enumerate(LINES) if '"fact": "evidence"' in line)
DAMAGED = "Nothing was imported: this export is damaged or was edited, so export it again"
TIME = "a time such as 2026-03-02T14:00:00Z was wanted, got"
TURNS: list[tuple[dict[str, Any], str]] = [
    ({"score": "high"}, "score: a number from 0 to 1 was wanted, got 'high'"),
    ({"score": list(range(40))}, "score: a number from 0 to 1 was wanted, got list"),
    ({"observed_at": None}, f"observed_at: {TIME} nothing"),
    ({"observed_at": "2026-03-02T10:00"}, f"observed_at: {TIME} '2026-03-02T10:00'"),
    ({"learner": ["ana"]}, "learner: a text was wanted, got ['ana']"),
    ({"learner": None}, "learner: a text was wanted, got nothing"),
    ({"key": ""}, "key: a text was wanted, got ''"),
    ({"ocasion": "x"}, "ocasion: there is no such field; did you mean occasion?"),
    ({"zzz": "x"}, "zzz: there is no such field"),
    ({"fact": "evidenc"}, "fact: one of evidence, decision, award was wanted, got 'evidenc'"),
]


def edited(n: int, changes: dict[str, Any]) -> list[str]:
    """Return the lines of an export with the fields of one changed."""
    return [*LINES[:n], json.dumps(json.loads(LINES[n]) | changes) + "\n", *LINES[n + 1 :]]


def refused(lines: Sequence[str]) -> str:
    """Return the whole text with which lines are refused."""
    return told(lambda: restore(lines, MemoryStore()))


@pytest.mark.parametrize(("changes", "fault"), TURNS)
def test_one_fault_of_a_line_is_told_with_its_field(changes: dict[str, Any], fault: str) -> None:
    """A field of a fact that cannot be is named with its line."""
    assert refused(edited(FIRST, changes)) == f"{DAMAGED}: line {FIRST + 1}: {fault}"


def test_every_fault_of_an_adoption_is_told() -> None:
    """An adoption that cannot be read names each of its fields, as it is called there."""
    told_of = refused(edited(1, {"adoption": "rules", "version": 5, "adopted_at": "now", "body": 3, "bdy": 4}))
    assert told_of == (
        f"{DAMAGED} (5 faults): \n"
        "  - line 2: bdy: there is no such field; did you mean body?\n"
        "  - line 2: adoption: framework or policy was wanted, got 'rules'\n"
        "  - line 2: body: a JSON object was wanted, got 3\n"
        "  - line 2: version: a text was wanted, got 5\n"
        f"  - line 2: adopted_at: {TIME} 'now'"
    )


END = len(LINES)
FACTS = sum('"fact":' in line for line in LINES)
OTHER = "a list of texts was wanted, got 'k'"
WHOLE: list[tuple[list[str], str]] = [
    (LINES[:-1], f"line {END - 1}: the file ends here, before the last line of the export: it was cut off"),
    ([], "line 1: the first line of an export was wanted, and this is empty"),
    ([*LINES, LINES[-2]], f"line {END + 1}: nothing more was wanted after the last line of the export: take it away"),
    ([*LINES[:-1], '{"end": 3}'], f"line {END}: end: counts and a digest were wanted, got int"),
    (
        [*LINES[:-2], LINES[-1]],
        f"line {END - 1}: {FACTS} facts were exported and {FACTS - 1} are here: lines are missing or were added",
    ),
    (
        edited(FIRST, {"source": "elsewhere"}),
        f"line {END}: the lines above are not those that were exported: somebody has changed them",
    ),
    ([*LINES[:3], "[]", *LINES[3:]], "line 4: a JSON object was wanted, got list"),
]


@pytest.mark.parametrize(("lines", "fault"), WHOLE)
def test_one_fault_of_an_export_is_told(lines: list[str], fault: str) -> None:
    """What is missing, added or changed is told with the line at which it is seen."""
    assert refused(lines) == f"{DAMAGED}: {fault}"


def test_what_is_no_export_of_ours_is_told() -> None:
    """Another file and an export of a newer version are told apart."""
    wanted = 'the first line of an export was wanted, with "format": "mastery export": this is another file'
    assert refused(["learner,score\n"]) == f"Nothing was imported: line 1: {wanted}"
    newer = "an export of version 1 was wanted, got version 2: read it with a newer mastery"
    assert refused(['{"format": "mastery export", "version": 2}']) == f"Nothing was imported: line 1: {newer}"


def ended(lines: list[str]) -> list[str]:
    """Return lines with the last line that fits them."""
    digest = Digest()
    for line in lines:
        digest.add(line)
    adoptions = sum('"adoption":' in line for line in lines)
    end = {"adoptions": adoptions, "facts": len(lines) - 1 - adoptions, "digest": digest.text()}
    return [*lines, json.dumps({"end": end})]


def test_an_export_without_both_rules_is_told() -> None:
    """Facts alone, or a framework without a policy, are no export of a store."""
    fault = "the adoption of a framework and of a policy were wanted, and they are not both here"
    assert refused(ended(LINES[:2])) == f"{DAMAGED}: line 3: {fault}"


def test_what_comes_twice_or_out_of_place_is_told() -> None:
    """A key is there once, adoptions come before the facts, and one learner's export holds that learner's facts."""
    twice = refused(ended([*LINES[: FIRST + 1], LINES[FIRST]]))
    key = json.loads(LINES[FIRST])["key"]
    assert twice == f"{DAMAGED}: line {FIRST + 2}: the key {key!r} was wanted once, and is on line {FIRST + 1} already"
    late = refused(ended([*LINES[:2], LINES[FIRST], LINES[2]]))
    assert late == f"{DAMAGED}: line 4: adoptions were wanted before the facts only"
    head = LINES[0].replace("null", '"zoe"')
    learner = json.loads(LINES[FIRST])["learner"]
    strange = refused(ended([head, *LINES[1:3], LINES[FIRST]]))
    assert strange == f"{DAMAGED}: line 4: facts of 'zoe' alone were wanted, as line 1 says, got one of {learner!r}"


def test_an_award_of_a_line_is_told_by_its_fields() -> None:
    """What is missing of an award is named, field by field, as is support that is no list."""
    fact = {"fact": "award", "learner": "ana", "competency": "a", "support": "k", "framework": "f", "key": "k"}
    assert told(lambda: fact_of(fact)) == (
        "This award cannot be read: \n"
        "  - earned_at: it is missing\n"
        f"  - support: {OTHER}\n"
        "  - policy: it is missing\n"
        "  - recorded_at: it is missing"
    )
