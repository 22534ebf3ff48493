"""The engine on a real framework: 480 standards, 757 prerequisites. `make bench-engine`."""

import csv
import io
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import competencies
import mastery
from benchmarks.harness import Suite, timed, typical
from benchmarks.importing import INSERT, bare_table, import_pair
from benchmarks.real_log import real_log
from competencies.knowledge_space import learning_path
from mastery import Evidence, Purpose
from mastery.store import SQLiteStore
from mastery.store.rows import rows_of

REAL = Path(__file__).parents[2] / "shared" / "data" / "case" / "derived_ccssm_coherence_map_v1p1.json"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
NOW = START + timedelta(days=120)


def work(learner: str, path: tuple[str, ...], count: int, seed: int = 1) -> list[Evidence]:
    """Return a learner's work along a learning path: six pieces of practice and a check on each competency."""
    chance = random.Random(f"{seed}:{learner}")
    return [
        Evidence(
            learner,
            path[n // 7 % len(path)],
            min(1.0, round(chance.uniform(0.7, 1.1), 2)),
            START + timedelta(hours=2 * n),
            purpose=Purpose.CHECK if n % 7 == 5 else Purpose.FORMATIVE,
            occasion=f"lesson-{n // 3}",
            source="bench",
            key=f"{learner}-{n}",
            recorded_at=NOW,
        )
        for n in range(count)
    ]


def plain_loop(facts: list[Evidence]) -> dict[str, int]:
    """Read each fact's fields and count per competency: the least that any engine must do."""
    counts: dict[str, int] = {}
    for f in facts:
        fields = (
            f.learner, f.competency, f.score, f.observed_at, f.purpose, f.kind, f.item, f.occasion, f.context,
            f.outcome, f.source, f.assessor, f.key, f.recorded_at, f.millionths,
        )  # fmt: skip
        counts[fields[1]] = counts.get(fields[1], 0) + 1
    return counts


def core(suite: Suite, framework: competencies.Framework, path: tuple[str, ...]) -> None:
    """Evaluate, one more fact, next steps, why."""
    policy, facts = mastery.Policy(), work("ana", path, 1000)
    loop_name = "a plain loop that reads 1,000 facts"
    full = mastery.evaluate(framework, policy, facts, NOW)
    [standing for _, standing in full.standings()]

    def loop() -> float:
        return timed(lambda: plain_loop(facts), 20)

    suite.pair(
        "evaluate 1,000 facts",
        lambda: timed(lambda: mastery.evaluate(framework, policy, facts, NOW), 5),
        loop_name,
        loop,
        30,
    )

    tracing = mastery.Policy(mastery.models.BKT())
    suite.pair(
        "evaluate 1,000 facts with BKT",
        lambda: timed(lambda: mastery.evaluate(framework, tracing, facts, NOW), 5),
        "the same facts under the default policy",
        lambda: timed(lambda: mastery.evaluate(framework, policy, facts, NOW), 5),
        2,
        rounds=21,
    )

    def one_more(late: bool) -> float:
        chance = random.Random(3)
        spent = []
        for _ in range(60):
            n = chance.randrange(len(facts)) if late else len(facts) - 1
            before = mastery.evaluate(framework, policy, facts[:n] + facts[n + 1 :], NOW)
            [standing for _, standing in before.standings()]
            spent.append(timed(lambda before=before, n=n: before.with_fact(facts[n])))
        return statistics.median(spent)

    suite.pair("one more fact, the latest (median of 60)", lambda: one_more(False), loop_name, loop, 1, rounds=5)
    suite.pair("one more fact, late (median of 60)", lambda: one_more(True), loop_name, loop, 1, rounds=5)
    suite.pair(
        "next_steps, all of them, warm",
        lambda: timed(lambda: mastery.next_steps(full), 20),
        loop_name,
        loop,
        2,
        rounds=21,
    )
    empty = mastery.evaluate(framework, policy, [], NOW)
    locked = [c.identifier for c, s in empty.standings() if s.status is mastery.Status.LOCKED]
    name = f"why with ways for all {len(locked)} locked"
    suite.pair(name, lambda: timed(lambda: [mastery.why(empty, c) for c in locked], 3), loop_name, loop, 60)


def recording(suite: Suite, framework: competencies.Framework, path: tuple[str, ...], folder: Path) -> None:
    """Durable record of one fact with its changes and awards; cold next from the file."""
    facts = work("ana", path, 2200)
    for synchronous, target in (("FULL", 1.5), ("NORMAL", None)):
        store = SQLiteStore(folder / f"ours-{synchronous}.db", durable=synchronous == "FULL")
        engine = mastery.Engine(framework, store=store, clock=lambda: NOW)
        engine.record_all(facts[:1000])
        engine.progress("ana")
        bare = bare_table(folder / f"bare-{synchronous}.db", synchronous)
        bare.execute("BEGIN IMMEDIATE")  # in one transaction, as ours: both logs grow alike from here
        bare.executemany(INSERT, rows_of(facts[:1000]))
        bare.execute("COMMIT")
        left, rows = iter(facts[1000:]), iter(rows_of(facts[1000:]))

        def ours(engine: mastery.Engine = engine, left: Iterator[Evidence] = left) -> float:
            return typical(lambda: engine.record(next(left)).changes, 10)

        def commit(bare: sqlite3.Connection = bare, rows: Iterator[tuple[object, ...]] = rows) -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(INSERT, next(rows))
            bare.execute("COMMIT")

        name = f"record one fact with its changes and awards, synchronous={synchronous}"
        suite.pair(name, ours, "a bare commit of the same row", lambda commit=commit: typical(commit, 10), target, 41)
        engine.close()
        bare.close()
    cold(suite, framework, folder / "ours-FULL.db")


def cold(suite: Suite, framework: competencies.Framework, path: Path) -> None:
    """The next steps of a learner whom the engine has not seen, against reading and decoding their rows."""
    with mastery.Engine(framework, store=SQLiteStore(path), clock=lambda: NOW) as engine:

        def ours() -> float:
            engine._recall.let_go("ana")
            return timed(lambda: engine.next_steps("ana"))

        suite.pair(
            "next, cold, from the file",
            ours,
            "reading and decoding those rows",
            lambda: timed(lambda: engine._store.facts("ana")),
            3,
        )


def importing(suite: Suite, framework: competencies.Framework, path: tuple[str, ...], folder: Path) -> None:
    """100,000 rows of CSV for 200 learners, read, checked, evaluated and kept with their awards."""
    facts = [fact for n in range(200) for fact in work(f"learner-{n:03}", path, 500, seed=n)]
    text = io.StringIO()
    writer = csv.writer(text)
    columns = ["learner", "competency", "score", "observed_at", "purpose", "occasion", "source", "key"]
    writer.writerow(columns)
    for fact in facts:
        writer.writerow([fact.observed_at.isoformat() if c == "observed_at" else getattr(fact, c) for c in columns])
    (folder / "evidence.csv").write_text(text.getvalue(), "utf-8")
    import_pair(suite, "import 100,000 rows for 200 learners", framework, folder / "evidence.csv", NOW)


def starting(suite: Suite) -> None:
    """`import mastery` in a new process, against importing what its users have anyway."""

    def seconds(code: str) -> float:
        measured = f"import time; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
        return float(
            subprocess.run([sys.executable, "-c", measured], capture_output=True, text=True, check=True).stdout
        )

    suite.pair(
        "import mastery",
        lambda: seconds("import mastery"),
        "import networkx, attrs, cattrs",
        lambda: seconds("import networkx, attrs, cattrs"),
        1.3,
    )


def main() -> None:
    """Run the suite."""
    if not REAL.exists():
        sys.exit(f"The real framework is not at {REAL}: nothing was measured.")
    framework = competencies.load(REAL)
    path = learning_path(framework)
    suite = Suite("engine")
    core(suite, framework, path)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        recording(suite, framework, path, Path(folder))
        importing(suite, framework, path, Path(folder))
        real_log(suite, Path(folder))
    starting(suite)
    suite.finish()


if __name__ == "__main__":
    main()
