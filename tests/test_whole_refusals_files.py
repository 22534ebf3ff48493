"""What cannot be read or written is refused in so many words: our JSON, tables, crosswalks, CASE packages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from competencies import CompetenciesError, Competency, Draft, Framework, dump
from competencies.editions import read_crosswalk
from competencies.formats import case, case_out, native, table

Refused = list[tuple[Callable[[], object], str]]

DAMAGED = "A framework in the format 'competencies.framework/1' was wanted, and this one is damaged: "


def of(names: str, **more: Any) -> Framework:
    """A framework of competencies called so; `a=A` has the code A."""
    parts = [name.partition("=") for name in names.split()]
    return Framework("small", [Competency(name, code=code) for name, _, code in parts], **more)


def plain(**more: Any) -> object:
    """Read our own JSON with other values in it."""
    return native.read({**of("a").to_json(), **more})


def one(**more: Any) -> object:
    """Read our own JSON of one competency with other values in it."""
    return plain(competencies=[{"identifier": "a", **more}])


def rows(text: str, **more: Any) -> Draft:
    return table.read(text, title="t", **more)


def walked(text: str) -> object:
    return read_crosswalk(text, of("a b=B c=B"), of("x y"))


NATIVE: Refused = [
    (lambda: native.read(5), "A framework in the format 'competencies.framework/1' was wanted, got 'int'."),
    (lambda: native.read({"format": "x"}), "A framework in the format 'competencies.framework/1' was wanted, got 'x'."),
    (lambda: native.read({}), "A framework in the format 'competencies.framework/1' was wanted, got None."),
    (lambda: plain(title=5), DAMAGED + "title was wanted to be a text, got 5."),
    (lambda: plain(competencies=5), DAMAGED + "competencies was wanted to be a list, got 5."),
    (lambda: plain(competencies=[5]), DAMAGED + "a competency was wanted to be an object, got 5."),
    (lambda: plain(competencies=[{}]), DAMAGED + "'identifier' is missing."),
    (lambda: plain(requires=5), DAMAGED + "requires was wanted to be an object, got 5."),
    (lambda: plain(requires={"a": 5}), DAMAGED + "requires of a was wanted to be a text, got 5."),
    (lambda: plain(recommends={"a": 5}), DAMAGED + "recommends of a was wanted to be a text, got 5."),
    (lambda: plain(part_of={"a": 5}), DAMAGED + "part_of of a was wanted to be a text, got 5."),
    (lambda: plain(extras=5), DAMAGED + "extras was wanted to be an object, got 5."),
    (lambda: plain(identifier=5), DAMAGED + "identifier was wanted to be a text, got 5."),
    (lambda: plain(formerly=5), DAMAGED + "formerly was wanted to be an object, got 5."),
    (lambda: plain(formerly={"x": 5}), DAMAGED + "formerly of x was wanted to be a list, got 5."),
    (lambda: plain(formerly={"x": [5]}), DAMAGED + "each of formerly of x was wanted to be a text, got 5."),
    (lambda: one(identifier=5), DAMAGED + "identifier was wanted to be a text, got 5."),
    (lambda: one(code=1), DAMAGED + "code was wanted to be a text, got 1."),
    (lambda: one(statement=1), DAMAGED + "statement was wanted to be a text, got 1."),
    (lambda: one(kind=1), DAMAGED + "kind was wanted to be a text, got 1."),
    (
        lambda: one(kind="skil"),
        DAMAGED + "kind was wanted to be one of knowledge, skill, application, disposition, got 'skil'.",
    ),
    (lambda: one(item_type=1), DAMAGED + "item_type was wanted to be a text, got 1."),
    (lambda: one(levels=5), DAMAGED + "levels was wanted to be a list, got 5."),
    (lambda: one(levels=["ab"]), DAMAGED + "a level was wanted to be a list, got 'ab'."),
    (lambda: one(levels=[["a"]]), DAMAGED + "a level was wanted to be its name and its words, got ['a']."),
    (lambda: one(levels=[["a", 5]]), DAMAGED + "each of a level was wanted to be a text, got 5."),
    (lambda: one(tags=5), DAMAGED + "tags was wanted to be a list, got 5."),
    (lambda: one(tags=[5]), DAMAGED + "each of tags was wanted to be a text, got 5."),
    (lambda: one(alignments=5), DAMAGED + "alignments was wanted to be a list, got 5."),
    (lambda: one(check=5), DAMAGED + "check was wanted to be a list, got 5."),
    (
        lambda: one(check=[1, 2]),
        DAMAGED + "check was wanted to be a pass score, a number of questions and a list, got [1, 2].",
    ),
    (lambda: one(check=["x", 1, []]), DAMAGED + "the pass score of a check was wanted to be a number, got 'x'."),
    (lambda: one(check=[1, "x", []]), DAMAGED + "the questions of a check was wanted to be a whole number, got 'x'."),
    (lambda: one(check=[1, 2, 5]), DAMAGED + "check items was wanted to be a list, got 5."),
    (lambda: one(check=[1, 2, [3]]), DAMAGED + "each of check items was wanted to be a text, got 3."),
    (lambda: one(extras=5), DAMAGED + "extras was wanted to be an object, got 5."),
]


TABLES: Refused = [
    (lambda: rows(""), "a table of competencies needs a column 'identifier' or 'code', got nothing."),
    (lambda: rows("name,says\na,b"), "a table of competencies needs a column 'identifier' or 'code', got name, says."),
    (
        lambda: rows("idntifier,says\na,b"),
        "a table of competencies needs a column 'identifier' or 'code', got idntifier, says; did you mean idntifier?",
    ),
    (lambda: rows("code,Code\na,b"), "a table has each column once, and here code is there more often."),
    (
        lambda: rows("code,tags,tags,code\na,b"),
        "a table has each column once, and here code, tags is there more often.",
    ),
    (
        lambda: rows('code\n"a'),
        "line 2: a cell that begins with a double quote here is never closed; is the file cut off?",
    ),
    (
        lambda: rows('code\n"a"b'),
        "line 2: in a row that begins here something follows a closing double quote: a separator was "
        "wanted; a double quote within a cell is doubled.",
    ),
    (
        lambda: rows("code,Dependencies\na,b", columns={"Dependencies": "require"}),
        "columns: 'require' is no column of ours; did you mean requires?",
    ),
    (
        lambda: rows("code,Dependencies\na,b", columns={"Dependency": "requires"}),
        "the table has no column 'dependency'; did you mean dependencies?",
    ),
    (lambda: rows("from,to\na,b", edges=("from", "too")), "the table has no column 'too'; did you mean to?"),
    (lambda: rows("," * 1000 + "code"), "line 1: at most 1,000 columns were wanted, and here are 1,001."),
    (
        lambda: table.write(of("a"), delimiter="|"),
        "a table is written with a comma, a semicolon or a tab between cells, got '|'.",
    ),
    (
        lambda: table.write(of("a", extras={"x": {1}})),
        "'small' holds what JSON cannot: Object of type set is not JSON serializable.",
    ),
]


CROSSWALKS: Refused = [
    (lambda: walked("from,to\na,x"), "A crosswalk needs the columns old and new, got from, to."),
    (lambda: walked(""), "A crosswalk needs the columns old and new, got nothing."),
    (
        lambda: walked("old,new\na"),
        "This crosswalk cannot be used:\n  - line 2: No competency in 'small' has the identifier or code ''.",
    ),
    (
        lambda: walked("old,new\na,x\nB,z\nno,y\n"),
        "This crosswalk cannot be used:\n"
        "  - line 3: 2 competencies have the code 'B'; name one by its identifier: b, c.\n"
        "  - line 3: No competency in 'small' has the identifier or code 'z'.\n"
        "  - line 4: No competency in 'small' has the identifier or code 'no'.",
    ),
]


PACKAGES: Refused = [
    (lambda: case.read(5), "A CASE package was wanted: a JSON object with a list named CFItems."),
    (lambda: case.read({}), "A CASE package was wanted: a JSON object with a list named CFItems."),
    (lambda: case.read({"CFItems": 5}), "A CASE package was wanted: a JSON object with a list named CFItems."),
    (lambda: case.read({"CFItems": []}, precedes="no"), "precedes is 'hard' or 'soft', got 'no'."),
    (
        lambda: case_out.write(of("a", extras={"x": {1}})),
        "'small' cannot be written as CASE: Object of type set is not JSON serializable",
    ),
    (
        lambda: dump(of("a"), "f.txt"),
        "f.txt: a framework is written as .json (CASE 1.1) or .csv (a table), got '.txt'.",
    ),
    (lambda: dump(of("a"), "f"), "f: a framework is written as .json (CASE 1.1) or .csv (a table), got 'f'."),
    (lambda: dump(of("a"), "/no/such/f.csv"), "/no/such/f.csv cannot be written: No such file or directory."),
]


@pytest.mark.parametrize(("refused", "text"), [*NATIVE, *TABLES, *CROSSWALKS, *PACKAGES])
def test_a_refusal_says_all_of_this(refused: Callable[[], object], text: str) -> None:
    """What was wanted, where, and what was there instead, is said in exactly these words."""
    with pytest.raises(CompetenciesError) as caught:
        refused()
    assert str(caught.value) == text
