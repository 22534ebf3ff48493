"""Docs: the glossary is complete, decisions are short, schemas fit the answers, links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

import competencies
import mastery
from mastery import (
    Basis,
    CheckRule,
    Criteria,
    Decision,
    DecisionKind,
    Engine,
    Evidence,
    Policy,
    Purpose,
    Receipt,
    Retention,
    classroom,
    models,
    store,
)
from mastery.answers import next_json, receipt_json, show_json, why_json
from mastery.planning import fairness, figures, groups, pace, rechecks, requirements

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SCHEMAS = sorted((DOCS / "schemas").glob("*.json"))
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
JSON_ENUMS = {
    "action": mastery.Action,
    "basis": mastery.Basis,
    "cause_kind": mastery.CauseKind,
    "change_kind": mastery.ChangeKind,
    "currency": mastery.Currency,
    "distance": classroom.Distance,
    "figure_level": figures.FigureLevel,
    "outlook": pace.Outlook,
    "overlay": mastery.Overlay,
    "pattern": classroom.Pattern,
    "purpose": mastery.Purpose,
    "status": mastery.Status,
    "wait_kind": mastery.WaitKind,
}
UNWANTED = ["pypi" + ".org", "python" + "hosted", "/wo" + "rk/", "/tm" + "p/v", "/ro" + "ot/", "/ho" + "me/"]
BINARY = {".png", ".jpg", ".gif", ".ico", ".db", ".parquet", ".gz", ".zip", ".woff2"}


# The glossary.


def _public(module: ModuleType, less: tuple[ModuleType, ...] = ()) -> dict[str, Any]:
    known = {name for other in less for name in other.__all__}
    return {f"{module.__name__}.{name}": getattr(module, name) for name in module.__all__ if name not in known}


def _terms() -> Iterator[str]:
    named = _public(competencies) | _public(mastery)
    plans = (figures, fairness, groups, pace, rechecks, requirements)
    for module in (classroom, models, store, *plans):
        named |= _public(module, (mastery,))
    for name, value in named.items():
        yield name
        if isinstance(value, type) and issubclass(value, Enum):
            yield from (f"{value.__name__}.{member.name}" for member in value)


def _glossary() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the groups of the glossary, each with its terms and their sentences."""
    _, *groups = (DOCS / "glossary.md").read_text("utf-8").split("\n## ")
    entry = re.compile(r"^- \*\*(.+?)\*\* - (.+)$", re.MULTILINE)
    return [(group.partition("\n")[0], entry.findall(group)) for group in groups]


def test_the_glossary_has_every_public_name_and_every_member() -> None:
    """Each public name and each member of a public enum is a term of the glossary once, and no other code name is."""
    terms = [term for _, entries in _glossary() for term, _ in entries]
    written = [term for term in terms if "." in term]

    assert sorted(written) == sorted(_terms())
    assert len(terms) == len(set(terms))


def test_the_glossary_is_in_order() -> None:
    """Within a group, terms are alphabetical, a group of members is named for its enum, and every line is a term."""
    members: dict[str, list[str]] = {}
    for term in _terms():
        if not term.startswith(("competencies.", "mastery.")):
            members.setdefault(term.partition(".")[0], []).append(term)

    assert members.keys() <= {title for title, _ in _glossary()}
    for title, entries in _glossary():
        assert [term for term, _ in entries] == sorted((term for term, _ in entries), key=lambda t: (t.casefold(), t))
        if title in members:
            assert sorted(term for term, _ in entries) == sorted(members[title])
    lines = [line for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line.startswith("-")]

    assert len(lines) == sum(len(entries) for _, entries in _glossary())


def test_each_term_has_one_sentence() -> None:
    """What is said of a term is one sentence: it ends with a full stop and has no other."""
    for _, entries in _glossary():
        for term, sentence in entries:
            assert sentence.endswith("."), term
            assert ". " not in sentence, term


def test_members_are_written_in_small_letters() -> None:
    """The value of every member of a public enum is its name in small letters, as the glossary says."""
    for value in (_public(competencies) | _public(mastery) | _public(classroom)).values():
        if isinstance(value, type) and issubclass(value, Enum):
            assert [member.value for member in value] == [member.name.lower() for member in value]


# The decisions.


def test_decisions_are_numbered_without_gaps() -> None:
    """Decision files carry the numbers from 0001 on, each once, and each begins with its own."""
    files = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [file.name[:4] for file in files]

    assert numbers == [f"{n:04}" for n in range(1, len(files) + 1)]
    assert all(file.read_text("utf-8").startswith(f"# {file.name[:4]}. ") for file in files)


def test_decisions_are_short_and_say_what_was_rejected() -> None:
    """Every decision has its three headings, in order, and at most 60 lines."""
    for file in (DOCS / "decisions").glob("*.md"):
        lines = file.read_text("utf-8").splitlines()

        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Rejected"], file
        assert len(lines) <= 60, file


# The schemas.


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value)


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DOCS / "schemas" / f"{name}.json").read_text("utf-8"))
    return found


def _fits(name: str, answer: Any) -> None:
    jsonschema.Draft202012Validator(_schema(name)).validate(json.loads(json.dumps(answer)))


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_schemas_are_closed_and_described(file: Path) -> None:
    """A schema is valid, allows no property that it does not name, and describes each that it names."""
    schema = _schema(file.stem)
    jsonschema.Draft202012Validator.check_schema(schema)

    for shape in _objects(schema):
        assert shape["additionalProperties"] is False
        assert all(prop.get("description") for prop in shape["properties"].values())


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_schemas_list_the_members_that_there_are(file: Path) -> None:
    """Where a schema lists the values of an enum, they are its members in order."""
    for name, part in _schema(file.stem).get("$defs", {}).items():
        if "enum" in part:
            assert part["enum"] == [member.value for member in JSON_ENUMS[name]]


class School:
    """A small engine on the pack, under strict rules, with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = MONDAY
        policy = Policy(
            criteria=Criteria(pieces=2, occasions=2),
            check=CheckRule(wait_days=7, cap=2, relearning=0.9),
            retention=Retention(due_after_days=30, lapse=mastery.Lapse.LOCK),
            floors=("WN3.2",),
        )
        self.engine = Engine(competencies.pack("fractions-to-proportions"), policy, clock=lambda: self.now)
        self.receipts: list[Receipt] = []

    def works(self, code: str, score: float | None, day: float, purpose: str = "formative", **more: Any) -> None:
        """Record a piece of ana's work, so many days after the first Monday."""
        at = MONDAY + timedelta(days=day)
        self.receipts.append(self.engine.record(Evidence("ana", code, score, at, purpose=Purpose(purpose), **more)))

    def decides(self, code: str, kind: DecisionKind, day: float, **more: Any) -> None:
        """Record a decision about ana."""
        at = MONDAY + timedelta(days=day)
        what: dict[str, Any] = {"learner": "ana", "competency": code, "by": "a teacher", "why": "as agreed", **more}
        self.receipts.append(self.engine.record(Decision(kind=kind, observed_at=at, **what)))

    def earns(self, code: str, day: float) -> None:
        """Record two good pieces and a passed check."""
        for n in range(2):
            self.works(code, 0.9, day + n)
        self.works(code, 0.95, day + 2, "check")


@pytest.fixture(scope="module")
def school() -> School:
    """A learner with something of everything: each status, each currency, waits for dates and persons, overlays."""
    school = School()
    school.now = MONDAY + timedelta(days=40)
    lapsed, due, asked, failed, used_up, granted, waived, held, pinned, paused, *_ = (
        leaf.code for leaf in school.engine.framework.leaves
    )
    for code in (asked, failed, used_up, held, pinned, paused):
        school.decides(code, DecisionKind.UNLOCK, 3)
    school.earns(lapsed, 0)
    school.works(lapsed, 0.1, 38, "check")
    school.earns(due, 0)
    for n in range(2):
        school.works(asked, 0.9, n)
    school.works(failed, 0.3, 39, "check")
    for n, form in ((10, "form-a"), (20, "form-b")):
        school.works(used_up, 0.3, n, "check", item=form)
    school.decides(granted, DecisionKind.GRANT, 35)
    school.decides(waived, DecisionKind.WAIVE, 35, basis=Basis.INFERRED)
    school.decides(held, DecisionKind.HOLD, 36, until=MONDAY + timedelta(days=90))
    school.decides(pinned, DecisionKind.PIN, 37)
    school.works(pinned, 0.4, 39.5, "diagnostic")
    school.works(pinned, None, 39.6, outcome="missed")
    school.decides(paused, DecisionKind.PAUSE, 37)
    school.engine.adopt(policy=Policy(criteria=Criteria(mastered_at=0.99), check=school.engine.policy.check))
    return school


@pytest.fixture(scope="module", params=["everything", "nothing"])
def learner(request: pytest.FixtureRequest) -> str:
    """A learner with something of everything, or one of whom nothing is known."""
    return "ana" if request.param == "everything" else "nobody"


def test_next_fits_its_schema(school: School, learner: str) -> None:
    """The answer to `next` is as docs/schemas/next.json says, goals or none, and a check comes with its blueprint."""
    progress = school.engine.progress(learner)
    for goals in ((), [school.engine.framework.leaves[-1].code]):
        answer = next_json(learner, progress, mastery.next_steps(progress, goals=goals))
        _fits("next", answer)
        assert answer["steps"]


def test_show_fits_its_schema(school: School, learner: str) -> None:
    """The answer to `show` is as docs/schemas/show.json says, before and after the rules changed."""
    for at in (MONDAY, MONDAY + timedelta(days=12), school.now):
        _fits("show", show_json(learner, school.engine.progress(learner, at=at)))


def test_why_fits_its_schema(school: School, learner: str) -> None:
    """The answer to `why` is as docs/schemas/why.json says for every competency and group."""
    progress = school.engine.progress(learner)
    for competency in school.engine.framework.competencies:
        _fits("why", why_json(learner, progress, mastery.why(progress, competency.identifier)))


def test_receipts_fit_their_schema(school: School) -> None:
    """What `record` and `decide` answer is as docs/schemas/receipt.json says, awards and changes among it."""
    answers = [receipt_json(receipt) for receipt in school.receipts]
    for answer in answers:
        _fits("receipt", answer)

    assert any(answer["awards"] for answer in answers)
    assert any(answer["changes"] for answer in answers)


def test_init_fits_its_schema(tmp_path: Path) -> None:
    """The answer to `init` is as docs/schemas/init.json says."""
    words = ["init", "--framework", "fractions-to-proportions", "--db", str(tmp_path / "school.db"), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "mastery", *words], env=environment, capture_output=True, check=True)

    _fits("init", json.loads(done.stdout))


def test_the_answers_reach_what_the_schemas_describe(school: School) -> None:
    """The learner of these tests has checks to take, dates and persons to wait for, lapsed and questioned credit."""
    progress = school.engine.progress("ana")
    strict = mastery.evaluate(progress.framework, School().engine.policy, progress.facts, progress.at)
    answers = [show_json("ana", found)["competencies"] for found in (strict, progress)]
    standings = [standing for answer in answers for standing in answer]
    waits = [standing["waits_for"] for standing in standings if standing["waits_for"]]

    assert {standing["status"] for standing in standings} == {status.value for status in mastery.Status}
    assert {standing["currency"] for standing in standings} == {None, "fresh", "due", "lapsed"}
    assert {wait["kind"] for wait in waits} == {"requirement", "date", "person"}
    assert {overlay for standing in standings for overlay in standing["overlays"]} == {o.value for o in mastery.Overlay}
    _fits("show", show_json("ana", strict))
    _fits("next", next_json("ana", strict, mastery.next_steps(strict)))
    assert any(step.check for step in mastery.next_steps(strict))


# Every page.


def _tracked(wanted: Callable[[Path], bool]) -> list[Path]:
    """Return the files that are kept under version control or would be, elsewhere those beside the packages."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return [path for path in ROOT.rglob("*") if path.is_file() and wanted(path) and "/." not in str(path)]
    listing = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file() and wanted(ROOT / name)]


def test_relative_links_lead_somewhere() -> None:
    """Every relative link and image of every page names a file or folder that is there."""
    link = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
    for page in _tracked(lambda path: path.suffix == ".md"):
        text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for inline, reference in link.findall(text):
            target = (inline or reference).partition("#")[0]
            if target and not re.match(r"[a-z][a-z0-9+.-]*:", target):
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_no_file_names_a_machine_or_a_host() -> None:
    """No text file names a place on somebody's machine or a host from which packages are downloaded."""
    for path in _tracked(lambda path: path.suffix not in BINARY):
        text = path.read_text("utf-8", errors="ignore")
        for word in UNWANTED:
            assert word not in text, f"{path.relative_to(ROOT)}: {word}"
