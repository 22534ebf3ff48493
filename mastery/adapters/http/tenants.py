"""Tenants: each has its file, and one handle by which alone it is reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TypeVar

import mastery
from mastery.clock import present
from mastery.store import SQLiteStore
from mastery.store.access import TRY, AccessStore, Turn

__all__ = ["Tenant", "Tenants"]

NAME = re.compile("[a-z0-9][a-z0-9-]{0,62}")
REMEMBERED = 1_000_000
"""Of so many facts at most the progress of learners is held in memory: somewhat over a gigabyte."""
STUDIED = 50_000
PATIENCE, READY = 10.0, 2.0
"""For so many seconds a request waits to write, and who asks whether the tenant is ready."""
T = TypeVar("T")


class Tenant:
    """A school or district: its facts and rules (`engine`) and who may what there (`access`), both of one file.

    There is no query that is not made through the handle of a tenant. What takes long is asked of `study`, another
    engine at the same file, so that what is asked on every page does not wait for it. A write waits `patience` seconds
    for another program that writes.
    """

    def __init__(
        self, name: str, path: str | Path, *, clock: Callable[[], datetime] = present, patience: float = PATIENCE
    ) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"name: small letters, digits and - were wanted, got {name!r}")
        self.name, self.path, self.clock = name, Path(path), clock
        self.publishing = Lock()
        self.turn, self._patience = Turn(path, patience), patience
        with ExitStack() as opened:
            self.engine = self._engine(opened, REMEMBERED)
            self.study = self._engine(opened, STUDIED)
            self.access = AccessStore(path, timeout=patience, turn=self.turn)
            opened.callback(self.access.close)
            self._opened = opened.pop_all()

    def _engine(self, opened: ExitStack, remember: int) -> mastery.Engine:
        store = SQLiteStore(self.path, create=False, timeout=self._patience, turn=TRY)
        opened.callback(store.close)
        return mastery.Engine(store=store, clock=self.clock, remember=remember)

    def written(self, work: Callable[[], T]) -> T:
        """Do what writes through an engine, in its turn; nobody who reads waits while another process has the file."""
        with self.turn.taken() as left:
            return self.turn.tried(work, left)

    def trouble(self) -> mastery.MasteryError | None:
        """Return what keeps it from being read and written this moment; it is tried."""
        try:
            self.engine.position  # noqa: B018 - asking is the trial
            self.access.try_writing(min(READY, self._patience))
        except mastery.MasteryError as fault:
            return fault
        return None

    def close(self) -> None:
        """Close the file."""
        self._opened.close()


class Tenants:
    """The tenants of a service, by name."""

    def __init__(self, tenants: Iterable[Tenant]) -> None:
        self._by_name = {tenant.name: tenant for tenant in tenants}

    @classmethod
    def opened(cls, files: Mapping[str, str | Path], *, clock: Callable[[], datetime] = present) -> Tenants:
        """Open a file for each name; none is left open where one cannot be."""
        found: list[Tenant] = []
        try:
            for name, path in files.items():
                found.append(Tenant(name, path, clock=clock))
        except BaseException:
            for tenant in found:
                tenant.close()
            raise
        return cls(found)

    def get(self, name: str) -> Tenant | None:
        """Return the tenant of this name."""
        return self._by_name.get(name)

    def only(self) -> Tenant | None:
        """Return the tenant, where there is one alone."""
        return next(iter(self._by_name.values())) if len(self._by_name) == 1 else None

    def __iter__(self) -> Iterator[Tenant]:
        return iter(self._by_name.values())

    def __enter__(self) -> Tenants:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every file."""
        for tenant in self:
            tenant.close()
