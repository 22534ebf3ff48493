"""A script of calls to an engine, each kind as often as the others, for the processes that `killed.py` kills."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from competencies import Competency, Framework
from mastery import CheckRule, Criteria, Decision, DecisionKind, Engine, Evidence, Policy, Purpose
from mastery.store.rows import rows_of

__all__ = ["EASY", "FRAMEWORK", "KINDS", "Call", "Clock", "State", "calls", "replayed", "state_after"]

KINDS = ("init", "import", "record", "decide", "publish")
START = datetime(2026, 5, 4, 8, tzinfo=UTC)
LEARNERS = [f"learner {n}" for n in range(8)]
LEAVES = [f"c{n}" for n in range(10)]
FRAMEWORK = Framework(
    "to be killed",
    [*(Competency(name) for name in LEAVES), Competency("g"), Competency("g1"), Competency("g2")],
    requires={f"c{n}": f"c{n - 1}" if n % 3 else f"(c{n - 1} or c{n - 2})" for n in range(2, 10)} | {"g1": "c0"},
    part_of={"g1": "g", "g2": "g"},
)
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)


@frozen
class Call:
    """One call to an engine, and when the engine's clock says it is."""

    kind: str
    at: datetime
    do: Callable[[Engine], object]


def calls(seed: int, count: int = 48) -> list[Call]:
    """Return a script of calls, each kind as often as the others; the first makes the database."""
    chance = random.Random(seed)
    kinds = [kind for kind in KINDS[1:] for _ in range(count // 4)]
    chance.shuffle(kinds)
    return [Call(kind, START + timedelta(hours=n), _MAKERS[kind](chance, n)) for n, kind in enumerate(["init", *kinds])]


def _init(chance: random.Random, n: int) -> Callable[[Engine], object]:
    del chance, n
    return lambda engine: engine.learners()


def _piece(chance: random.Random, key: str) -> Evidence:
    day = START - timedelta(days=chance.randrange(1, 60))
    purpose = chance.choice([Purpose.FORMATIVE, Purpose.FORMATIVE, Purpose.CHECK])
    score = chance.choice([0.4, 0.8, 0.9, 1.0])
    leaf = chance.choice([*LEAVES[: chance.randrange(1, 10)], "g1", "g2"])
    return Evidence(chance.choice(LEARNERS), leaf, score, day, purpose=purpose, occasion=key, key=key)


def _import(chance: random.Random, n: int) -> Callable[[Engine], object]:
    rows = [_piece(chance, f"{n}-{k}") for k in range(chance.choice([9, 40, 120]))]
    table = [
        "learner,competency,score,observed_at,purpose,key\n",
        *(
            f"{e.learner},{e.competency},{e.score},{e.observed_at.isoformat()},{e.purpose.value},{e.key}\n"
            for e in rows
        ),
    ]
    return lambda engine: engine.import_table(table)


def _record(chance: random.Random, n: int) -> Callable[[Engine], object]:
    facts = [_piece(chance, f"{n}-{k}") for k in range(chance.randrange(1, 6))]
    return lambda engine: engine.record(*facts)


def _decide(chance: random.Random, n: int) -> Callable[[Engine], object]:
    kinds = [DecisionKind.GRANT, DecisionKind.WAIVE, DecisionKind.REVOKE, DecisionKind.HOLD, DecisionKind.UNLOCK]
    facts = []
    for k in range(chance.randrange(1, 4)):
        kind, when = chance.choice(kinds), START - timedelta(days=chance.randrange(1, 40))
        until = START + timedelta(hours=n + 2) if kind in (DecisionKind.HOLD, DecisionKind.UNLOCK) else None
        competency = chance.choice([*LEAVES, "g"])
        facts.append(
            Decision(
                learner=chance.choice(LEARNERS), kind=kind, by="a teacher", why="as agreed", observed_at=when,
                competency=competency, until=until, key=f"{n}-{k}",
            )
        )  # fmt: skip
    return lambda engine: engine.record(*facts)


def _publish(chance: random.Random, n: int) -> Callable[[Engine], object]:
    bar, pieces = 0.7 + n / 1000, chance.randrange(1, 4)
    policy = Policy(
        criteria=Criteria(mastered_at=bar, pieces=pieces, occasions=pieces),
        check=chance.choice([None, CheckRule()]),
    )
    return lambda engine: engine.adopt(policy=policy)


_MAKERS = {"init": _init, "import": _import, "record": _record, "decide": _decide, "publish": _publish}


@frozen
class State:
    """What a store holds, and where its learners stand."""

    facts: list[Any]
    adoptions: list[Any]
    standings: list[Any]


def state_after(call: Call, engine: Engine) -> State:
    """Return the state of an engine half an hour after a call."""
    store, at = engine._store, call.at + timedelta(minutes=30)
    learners = store.learners()
    return State(
        [(learner, rows_of(store.facts(learner)[0])) for learner in learners],
        store.adoptions(),
        [list(engine.progress(learner, at=at).standings()) for learner in learners],
    )


class Clock:
    """The clock of an engine, which is set before each call."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time that it was set to."""
        return self.now


def replayed(script: list[Call]) -> list[State]:
    """Replay the script into memory, and return what must be there after each call."""
    clock, states = Clock(), list[State]()
    engine = Engine(FRAMEWORK, EASY, clock=clock)
    for call in script:
        clock.now = call.at
        call.do(engine)
        states.append(state_after(call, engine))
    return states
