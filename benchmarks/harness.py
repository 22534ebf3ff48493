"""Measures pairs side by side and prints their ratios: several interleaved rounds, medians."""

import gc
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from attrs import asdict, define, field

RESULTS = Path(__file__).parent / "results"


@define
class Row:
    """One measured pair. Seconds are medians over the rounds, or what else was counted, by `unit`; so is the ratio."""

    name: str
    peer_name: str
    ours: float
    peer: float
    ratio: float
    target: float | None
    holds: bool
    unit: str = "ms"


def timed(call: Callable[[], object], times: int = 1) -> float:
    """Return the seconds that a call takes, the mean of `times` in a row, the collector run before and not during."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(times):
            call()
        return (time.perf_counter() - start) / times
    finally:
        gc.enable()


def typical(call: Callable[[], object], times: int) -> float:
    """Return the median seconds of `times` calls in a row: for calls that wait for a disk and its outliers."""
    gc.collect()
    gc.disable()
    try:
        spent = []
        for _ in range(times):
            start = time.perf_counter()
            call()
            spent.append(time.perf_counter() - start)
        return statistics.median(spent)
    finally:
        gc.enable()


@define
class Suite:
    """A list of rows, printed as they come."""

    name: str
    rows: list[Row] = field(factory=list)

    def pair(
        self,
        name: str,
        ours: Callable[[], float],
        peer_name: str,
        peer: Callable[[], float],
        target: float | None,
        rounds: int = 9,
        unit: str = "ms",
    ) -> None:
        """Measure a pair: each side is a function that does its own preparation and returns the seconds that count.

        Where `unit` is not ms, what they return is so many of that instead.
        """
        ours(), peer()  # warm both
        pairs = [(ours(), peer()) if n % 2 else tuple(reversed((peer(), ours()))) for n in range(rounds)]
        ratio = statistics.median(a / b for a, b in pairs)
        row = Row(
            name,
            peer_name,
            statistics.median(a for a, _ in pairs),
            statistics.median(b for _, b in pairs),
            round(ratio, 3),
            target,
            target is None or ratio <= target,
            unit,
        )
        self.rows.append(row)
        goal = "reported" if target is None else f"at most {target:g}: {'holds' if row.holds else 'MISSED'}"
        ours_, peer_ = (f"{n * 1e3:.3f}" if unit == "ms" else f"{n:g}" for n in (row.ours, row.peer))
        print(f"{row.ratio:8.2f} x  {goal:20}  {name}  /  {peer_name}  ({ours_} / {peer_} {unit})")
        sys.stdout.flush()

    def finish(self) -> None:
        """Write the results and leave with 1 when a target was missed."""
        RESULTS.mkdir(exist_ok=True)
        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
        report = {
            "rows": [asdict(row) for row in self.rows],
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit.stdout.strip(),
        }
        (RESULTS / f"{self.name}.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
        missed = [row for row in self.rows if not row.holds]
        print(f"{len(self.rows)} rows, {len(missed)} missed; written to benchmarks/results/{self.name}.json")
        sys.exit(1 if missed else 0)
