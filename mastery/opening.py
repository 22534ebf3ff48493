"""`open_engine`: the engine of an SQLite file, made where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from competencies import Framework
from mastery.clock import present
from mastery.engine import Engine
from mastery.policy import Policy
from mastery.recall import MOST_FACTS
from mastery.watch import Watch, unwatched

__all__ = ["open_engine"]


def open_engine(
    path: str | Path,
    framework: Framework | None = None,
    policy: Policy | None = None,
    *,
    create: bool = True,
    clock: Callable[[], datetime] = present,
    watch: Watch = unwatched,
    remember: int = MOST_FACTS,
) -> Engine:
    """Return the engine of an SQLite file, which keeps its framework and policy; `create` False wants it there.
    Raises StoreError for a file that cannot be used, AdoptionConflict when it lives by another framework or policy.
    """
    from mastery.store.sqlite import SQLiteStore

    store = SQLiteStore(path, create=create)
    try:
        return Engine(framework, policy, store, clock=clock, watch=watch, remember=remember)
    except BaseException:
        store.close()
        raise
