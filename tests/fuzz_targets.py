"""What reads outside input, as functions of bytes that raise only on a real defect: for Hypothesis and other fuzzers.

A target refuses input by an error of ours, and of what it accepts everything has to hold that we promise: a review
that finds an error exactly when nothing can be built, and files that come back equal.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

from competencies import (
    CompetenciesError,
    Competency,
    Draft,
    Framework,
    FrameworkError,
    Severity,
    edition_changes,
    mentions,
    parse,
    read_crosswalk,
    review,
    succeeding,
    text,
)
from competencies.formats import _written, case_out, read_bytes
from competencies.formats import table as tables
from competencies.formats.csv_rows import MOST_COLUMNS

__all__ = ["SEEDS", "TARGETS", "case", "crosswalk", "requirement_text", "table"]

OLD = Framework("old", [Competency(name, code=name.upper()) for name in "abcd"], requires={"c": "a or b", "d": "c"})
NEW = Framework("new", [Competency(name, code=name.upper()) for name in "bcef"], requires={"f": "b; e"})


def case(data: bytes) -> None:
    """Read a CASE package, or our own JSON."""
    _read(data, "fuzz.json")


def table(data: bytes) -> None:
    """Read a CSV table."""
    _read(data, "fuzz.csv")


def _read(data: bytes, name: str) -> None:
    try:
        draft = read_bytes(data, name)
    except CompetenciesError:
        return
    framework = _built(draft)
    is_wrong = any(finding.severity is Severity.ERROR for finding in review(draft))
    assert is_wrong == (framework is None), "a review finds an error exactly when the draft cannot be built"
    if framework is not None:
        _comes_back(framework)


def _built(draft: Draft) -> Framework | None:
    try:
        return draft.framework()
    except FrameworkError:
        return None


def _comes_back(framework: Framework) -> None:
    """Write a framework in both formats and read it back; tables have only so many columns."""
    for name in ("fuzz.json", "fuzz.csv"):
        if name == "fuzz.csv" and sum(len(one.extras) for one in framework.competencies) > MOST_COLUMNS / 2:
            continue
        back = read_bytes(_written(framework, Path(name)), name).framework()
        assert back == framework, f"what was written as {name} comes back equal"


def requirement_text(data: bytes) -> None:
    """Read the text of a requirement."""
    source = data.decode("utf-8", "surrogateescape")
    try:
        found = parse(source)
    except CompetenciesError:
        return
    assert parse(text(found)) == found, "what is printed is read back"
    assert text(parse(text(found))) == text(found)
    names = dict.fromkeys([*mentions(found), "the gated one"])
    try:
        framework = Framework("fuzz", [Competency(name) for name in names], requires={"the gated one": source})
    except FrameworkError:
        return  # a share of what has no parts, or itself
    assert framework.requirement("the gated one") == found


def crosswalk(data: bytes) -> None:
    """Read a crosswalk between two small editions, and carry the old one over into the new."""
    try:
        lines = io.StringIO(data.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        return  # whoever opens the file says so
    try:
        found = read_crosswalk(lines, OLD, NEW)
    except CompetenciesError:
        return
    assert all(old in OLD and new and all(name in NEW for name in new) for old, new in found.items())
    edition_changes(OLD, succeeding(NEW, OLD, found))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "case": case,
    "table": table,
    "requirement_text": requirement_text,
    "crosswalk": crosswalk,
}

SEEDED = Framework(
    "seed",
    [Competency("a", code="A", statement="One."), Competency("b", tags=["x"]), Competency("c"), Competency("G")],
    requires={"b": "a", "c": "a or 50% of G"},
    part_of={"b": "G"},
    recommends={"c": "b"},
)
SEEDS: dict[str, list[bytes]] = {
    "case": [json.dumps(SEEDED.to_json()).encode(), json.dumps(case_out.write(SEEDED)).encode()],
    "table": [tables.write(SEEDED).encode(), b"code;requires\na;\nb;a\n"],
    "requirement_text": [b"a; 2 of (b, c, a or d)", b"50% of G or (a; b)"],
    "crosswalk": [b"old,new\na,b\nC,e\nd,f\n", b"old;new\na;c\n"],
}
"""One document or two for each target that are read, from which fuzzers start."""
