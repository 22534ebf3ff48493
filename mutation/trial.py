"""Run the tests that reach a mutant in a process of its own, forked from one that has collected all tests."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from itertools import accumulate
from pathlib import Path

import mutmut.mutation.trampoline as trampoline
import pytest

ENOUGH = 2.0
"""A test that takes longer, in seconds, is left out: the quick ones of the same function have to do."""
PATIENCE = 20.0
"""So many seconds of tests are tried on one mutant at most."""


def run(
    tree: Path, tests: list[str], left_out: tuple[str, ...], mutants: list[str], jobs: int
) -> dict[str, str] | None:
    """Return how each mutant ended: killed, timeout, survived, no tests; nothing where the tests fail without one."""
    os.environ["MASTERY_BRIEF"] = "1"
    os.environ.pop("MUTANT_UNDER_TEST", None)
    os.chdir(tree)
    sys.path[:0] = [str(tree)]
    active(None)
    trial = Trial(mutants, jobs, tree.parent / "reach.json")
    ignored = [f"--ignore=tests/test_{name}.py" for name in left_out]
    quiet = ["-o", "addopts=", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist"]
    pytest.main([*tests, *quiet, *ignored], plugins=[trial])
    return trial.ended if trial.sound else None


def active(mutant: str | None) -> None:
    """Make every trampoline lead to this mutant; a lookup of the environment at each call would cost more than it."""
    trampoline.get_mutant_under_test = lambda: mutant or ""


class Trial:
    """A pytest plugin that takes the place of its loop over tests."""

    def __init__(self, mutants: list[str], jobs: int, reach: Path) -> None:
        self.mutants, self.jobs, self.reach = mutants, jobs, reach
        self.ended: dict[str, str] = {}
        self.running: dict[int, str] = {}
        self.failed = False
        self.sound = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which tests reach which function and how long they take; then try the mutants."""
        items = {item.nodeid: item for item in session.items}
        if in_a_child(lambda: self.learn(session.items)) != 0:
            print(f"The tests do not hold without a mutant: see {self.reach}")
            return True
        self.sound = True
        known = json.loads(self.reach.read_text("utf-8"))
        began = time.monotonic()
        for n, mutant in enumerate(self.mutants):
            tests = [items[test] for test in known["reach"].get(mutant.partition("__mutmut_")[0], ())]
            if not tests:
                self.ended[mutant] = "no tests"
                continue
            limits = [2 + 5 * known["took"][test.nodeid] for test in tests]
            while len(self.running) >= self.jobs:
                self.wait()
            self.running[start(lambda m=mutant, t=tests, s=limits: self.attempt(m, t, s))] = mutant
            if n % 100 == 99:
                print(f"{n + 1} tried in {time.monotonic() - began:.0f} s", file=sys.__stderr__, flush=True)
        while self.running:
            self.wait()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test failed."""
        self.failed = self.failed or report.failed

    def learn(self, items: list[pytest.Item]) -> int:
        """Run every test once and write down what it reaches; a test that is slow or fails is told."""
        hits: set[str] = set()
        reach, took = defaultdict(list), {}
        trampoline.record_trampoline_hit = lambda name, caller=None: hits.add(name)
        active("stats")
        for item, after in zip(items, [*items[1:], None], strict=True):
            hits.clear()
            began = time.perf_counter()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            took[item.nodeid] = time.perf_counter() - began
            if self.failed:
                self.reach.write_text(f"failed: {item.nodeid}", "utf-8")
                return 1
            if took[item.nodeid] <= ENOUGH:
                for name in hits:
                    reach[name].append(item.nodeid)
        reaches = Counter(test for tests in reach.values() for test in tests)
        for name, tests in reach.items():  # first what is quick and about little else
            tests.sort(key=lambda test: reaches[test] * took[test])
            spent = list(accumulate(took[test] for test in tests))
            reach[name] = tests[: max(1, bisect_right(spent, PATIENCE))]
        self.reach.write_text(json.dumps({"reach": reach, "took": took}), "utf-8")
        return 0

    def attempt(self, mutant: str, tests: list[pytest.Item], limits: list[float]) -> int:
        """Run tests until one fails: 1, or none does: 0; one that takes far longer than it did ends the process."""
        active(mutant)
        signal.alarm(20 * int(PATIENCE))  # what waits for ever takes no time of the processor
        for item, after, limit in zip(tests, [*tests[1:], None], limits, strict=True):
            signal.setitimer(signal.ITIMER_PROF, limit)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return 1
        return 0

    def wait(self) -> None:
        """Wait for one mutant to end, and note how it did."""
        pid, status = os.wait()
        mutant = self.running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        self.ended[mutant] = "survived" if code == 0 else "timeout" if code < 0 else "killed"


def start(work: object) -> int:
    """Start work in a forked process whose exit code is its answer; return the process's number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1  # whatever ends a test run otherwise has noticed the mutant
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = work()
    finally:
        os._exit(code)


def in_a_child(work: object) -> int:
    """Do work in a forked process and return its answer."""
    return os.waitstatus_to_exitcode(os.waitpid(start(work), 0)[1])
