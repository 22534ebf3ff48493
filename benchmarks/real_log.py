"""A real log, 220,070 answers of 2,491 learners on 149 skills: its import, and everyone's progress from the file."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import competencies
import mastery
from benchmarks.harness import Suite, timed
from benchmarks.importing import import_pair
from mastery.store import SQLiteStore

__all__ = ["real_log"]

LOG = Path(__file__).parents[2] / "shared" / "data" / "logs" / "assistments2009" / "train.tsv"
START = datetime(2009, 9, 1, tzinfo=UTC)  # the rows have an order and no times: a second each, from here on
NOW = START + timedelta(days=3)


def _written(table: Path) -> competencies.Framework:
    """Write the log as a table of evidence, and return the flat framework of its skills."""
    with LOG.open(encoding="utf-8", newline="") as lines, table.open("w", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(lines, delimiter="\t"))
        writer = csv.writer(file)
        writer.writerow(["learner", "competency", "score", "observed_at", "item", "source"])
        for n, row in enumerate(rows):
            when = (START + timedelta(seconds=n)).isoformat()
            learner, skill = f"s{row['user_id']}", f"skill {row['skill_id']}"
            writer.writerow([learner, skill, row["correct"], when, row["item_id"], "assistments"])
    skills = sorted({f"skill {row['skill_id']}" for row in rows})
    return competencies.Framework("skills", [competencies.Competency(skill) for skill in skills])


def _everyone(suite: Suite, framework: competencies.Framework, database: Path) -> None:
    """The progress of every learner whom the engine has not seen, against reading and decoding their rows."""
    with mastery.Engine(framework, store=SQLiteStore(database), clock=lambda: NOW) as engine:
        learners = engine.learners()

        def evaluated() -> None:
            for learner in learners:
                engine.progress(learner)

        def ours() -> float:
            for learner in learners:
                engine._recall.let_go(learner)
            return timed(evaluated)

        def read() -> None:
            for learner in learners:
                engine._store.facts(learner)

        name = f"progress of all {len(learners):,} learners of a real log, cold, from the file"
        suite.pair(name, ours, "reading and decoding their rows", lambda: timed(read), 5, rounds=5)


def real_log(suite: Suite, folder: Path) -> None:
    """Import and everyone's progress; nothing where the log is absent, which is said."""
    if not LOG.exists():
        print(f"The real log is not at {LOG}: its two rows were not measured.")
        return
    table = folder / "log.csv"
    framework = _written(table)
    kept = import_pair(suite, "import a real log, 220,070 rows for 2,491 learners", framework, table, NOW, rounds=3)
    _everyone(suite, framework, kept)
