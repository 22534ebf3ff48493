"""Documentation runs: every Python example and every `$ mastery` command that a page or a docstring shows.

A block marked `console` shows commands after `$ ` and, below each, what it prints. Commands of `mastery` are run in a
temporary directory and compared line by line; a line `...` stands for any lines; with nothing shown, the command has
to succeed. Other commands are for the reader. The examples of one page share one directory, in which `examples` is at
hand and, where there is one, the Coherence Map; an example that names it is skipped where there is none.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from difflib import ndiff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.python import PythonEvaluator
from sybil.integration.pytest import SybilItem
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.sybil import SybilCollection

from mastery.models import registry

ROOT = Path(__file__).parent
_MAP = "coherence-map.json"
_MAP_FILE = ROOT.parent / "shared" / "data" / "case" / "derived_ccssm_coherence_map_v1p1.json"
_NOT_OURS = ("COLUMNS", "FORCE_COLOR", "MASTERY_DB", "PYTHONWARNINGS")


def _run(command: str) -> tuple[int, list[str]]:
    """Run a `mastery` command here, and return its exit code and what it prints, errors included."""
    ours = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", *shlex.split(command, comments=True)],
        env={name: value for name, value in os.environ.items() if name not in _NOT_OURS} | ours,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
    )
    return done.returncode, [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def _agrees(shown: list[str], printed: list[str]) -> bool:
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def _console(example: Example) -> str | None:
    """Return what differs between a console block and what its commands print."""
    for part in re.split(r"^\$ ", example.parsed.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
        command, *shown = [line.rstrip() for line in part.rstrip().splitlines()]
        if command.split()[0] != "mastery":
            continue
        code, printed = _run(command)
        if not shown and code != 0:
            return "\n".join([f"`{command}` left with exit code {code}:", *printed])
        if shown and not _agrees(shown, printed):
            return "\n".join([f"`{command}` prints (+) other lines than the page shows (-):", *ndiff(shown, printed)])
    return None


def _python(example: Example) -> None:
    """Run a Python block and keep what it prints for the block below it."""
    with redirect_stdout(io.StringIO()) as printed:
        PythonEvaluator()(example)
    example.namespace["_printed"] = printed.getvalue()


def _text(example: Example) -> str | None:
    """Return what differs between a text block and what the Python block above it printed."""
    printed, shown = example.namespace.pop("_printed", ""), str(example.parsed)
    if not printed or printed.rstrip() == shown.rstrip():
        return None
    return "\n".join(
        ["the block above prints (+) other lines than shown (-):", *ndiff(shown.split("\n"), printed.split("\n"))]
    )


def _enter(namespace: dict[str, Any]) -> None:
    namespace["_home"], namespace["_directory"] = Path.cwd(), TemporaryDirectory()
    # A page may register a model of its own, which no other test is to meet.
    namespace["_models"] = dict(registry._MODELS)  # noqa: SLF001
    os.chdir(namespace["_directory"].name)
    shutil.copytree(ROOT / "examples", "examples")
    if _MAP_FILE.exists():
        shutil.copy(_MAP_FILE, _MAP)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_home"])
    registry._MODELS.clear()  # noqa: SLF001
    registry._MODELS.update(namespace["_models"])  # noqa: SLF001
    namespace["_directory"].cleanup()


_pages = Sybil(
    [CodeBlockParser("python", _python), CodeBlockParser("text", _text), CodeBlockParser("console", _console)],
    patterns=["README.md", "docs/*.md"],
    setup=_enter,
    teardown=_leave,
)
_docstrings = Sybil(
    [DocTestParser(), PythonCodeBlockParser()],
    patterns=[f"{package}/{deep}*.py" for package in ("competencies", "mastery") for deep in ("", "*/", "*/*/")],
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = SybilCollection([_pages, _docstrings]).pytest()

_before: dict[str, list[Example]] = {}
_evaluated: set[int] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note which examples belong to one document, in order."""
    for item in items:
        if isinstance(item, SybilItem):
            _before.setdefault(item.example.path, []).append(item.example)


def _is_left_out(example: Example) -> bool:
    """Whether an example names real data that are not there."""
    wanted = os.environ.get("MASTERY_REQUIRE_SHARED") == "1"
    return _MAP in str(example.parsed) and not _MAP_FILE.exists() and not wanted


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Evaluate what comes before an example, where another worker was given that or it was not asked for."""
    if not isinstance(item, SybilItem):
        return
    if _is_left_out(item.example):
        pytest.skip(f"real data are absent: {_MAP}")
    examples = _before[item.example.path]
    for example in examples[: examples.index(item.example)]:
        if id(example) not in _evaluated and not _is_left_out(example):
            _evaluated.add(id(example))
            example.evaluate()
    _evaluated.add(id(item.example))


class _Names:
    """Names each test that fails as it does: a run that is stopped before its end has told that much."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name a test that has failed."""
        terminal = self._plugins.get_plugin("terminalreporter")
        if report.failed and terminal:
            terminal.write_line(f"\nnot so: {report.nodeid} ({report.when}, {report.duration:.0f} s)")


def pytest_configure(config: pytest.Config) -> None:
    """Name failures in the process that prints: workers have none of their own."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Names(config))
