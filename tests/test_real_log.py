"""A real log: 220,070 answers of 2,491 learners on 149 skills, imported into a file; everyone gets an answer."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import frozen
from real import wanted

import mastery
from competencies import Competency, Framework
from mastery import Action, Currency, Engine, Policy, Receipt, Status
from mastery.peers import peer

ANSWERS = "logs/assistments2009/train.tsv"
FIRST = datetime(2009, 9, 1, tzinfo=UTC)  # the rows have an order and no times: a second each, from here on
AFTER = FIRST + timedelta(days=3)
POLICIES = {"default": Policy(), "assistments": peer("assistments")}
Answers = list[tuple[str, str, str, int]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Learner, skill, item and whether it was right, in the order of the log."""
    with wanted(ANSWERS).open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [(f"s{r['user_id']}", f"skill {r['skill_id']}", r["item_id"], int(r["correct"])) for r in rows]


@pytest.fixture(scope="module")
def table(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as a table of evidence, as an LMS would export it."""
    path = tmp_path_factory.mktemp("log") / "evidence.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["learner", "competency", "score", "observed_at", "item", "source"])
        for n, (learner, skill, item, right) in enumerate(answers):
            writer.writerow([learner, skill, right, (FIRST + timedelta(seconds=n)).isoformat(), item, "assistments"])
    return path


@frozen
class School:
    """An engine on a file that holds the log, and what the import said."""

    engine: Engine
    receipt: Receipt
    policy: str


@pytest.fixture(scope="module", params=POLICIES)
def school(request: pytest.FixtureRequest, answers: Answers, table: Path) -> Iterator[School]:
    """The log imported under a policy, into a database of its own."""
    skills = Framework("skills", [Competency(skill) for skill in sorted({skill for _, skill, _, _ in answers})])
    database = table.with_name(f"{request.param}.db")
    with mastery.open(database, skills, POLICIES[request.param], clock=lambda: AFTER) as engine:
        with table.open(encoding="utf-8", newline="") as lines:
            receipt = engine.import_table(lines)
        yield School(engine, receipt, request.param)


def three_in_a_row(answers: Answers) -> Counter[str]:
    """How many skills each learner once answered right three times in a row, an item counting the first time only."""
    seen: set[tuple[str, str, str]] = set()
    row: dict[tuple[str, str], int] = defaultdict(int)
    done: set[tuple[str, str]] = set()
    for learner, skill, item, right in answers:
        if (learner, skill, item) in seen:
            continue
        seen.add((learner, skill, item))
        row[learner, skill] = row[learner, skill] + 1 if right else 0
        if row[learner, skill] == 3:
            done.add((learner, skill))
    return Counter(learner for learner, _ in done)


def test_every_answer_is_kept(school: School, answers: Answers) -> None:
    """All 220,070 rows become facts of 2,491 learners on 149 skills, and none was there before."""
    assert (len(school.receipt.recorded), school.receipt.repeated) == (220_070, 0)
    assert len(school.engine.learners()) == 2_491 == len({learner for learner, *_ in answers})
    assert len(school.engine.framework.leaves) == 149


def test_every_learner_has_next_steps_and_an_explanation(school: School, answers: Answers) -> None:
    """Nobody stands before nothing, and each learner is told why they stand where they do on what they did last."""
    last = {learner: skill for learner, skill, _, _ in answers}
    tried = Counter(learner for learner, _ in {(learner, skill) for learner, skill, _, _ in answers})
    wanted_credit = three_in_a_row(answers) if school.policy == "assistments" else Counter[str]()
    for learner in school.engine.learners():
        steps = school.engine.next_steps(learner)
        credit = school.engine.progress(learner).credits
        assert len(steps) + len(credit) == 149
        assert all(step.because for step in steps)
        started = sum(step.action is not Action.START for step in steps)
        assert (started + len(credit), len(credit)) == (tried[learner], wanted_credit[learner])
        told = school.engine.why(learner, last[learner])
        assert told.text.startswith(f"{last[learner]}: ")
        assert (told.status is Status.MET) == (last[learner] in credit)


def test_credit_is_what_the_rule_says(school: School, answers: Answers) -> None:
    """Three right in a row, counted by hand, is every award under assistments; by default a check is still to come."""
    awards = len(school.receipt.awards)
    assert awards == (three_in_a_row(answers).total() if school.policy == "assistments" else 0)
    assert awards in (0, 14_719)


def test_credit_is_due_after_a_week(school: School) -> None:
    """Under assistments every credit is due for its recheck a week later; by default nobody has any yet."""
    found = Counter[tuple[Currency | None, Action | None]]()
    for learner in school.engine.learners()[::50]:
        progress = school.engine.progress(learner, at=AFTER + timedelta(days=7))
        found.update((progress.standing(name).currency, progress.standing(name).action) for name in progress.credits)
    assert set(found) == ({(Currency.DUE, Action.RECHECK)} if school.policy == "assistments" else set())
