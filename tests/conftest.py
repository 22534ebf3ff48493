"""What several test modules ask for by name."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from typing_commands import ROOT, Run

from mastery.adapters.cli import demo
from mastery.adapters.cli.app import main


@pytest.fixture
def same_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the same examples whatever else is imported, where shares of them are asked for.

    Hypothesis takes constants from every module of ours that is loaded, and keeps what it has taken.
    """
    monkeypatch.setattr(providers, "_get_local_constants", Constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Type `mastery ARGUMENTS` in an empty directory; gives exit code, output, and errors without line breaks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MASTERY_DB", raising=False)
    monkeypatch.setenv("COLUMNS", "110")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mastery", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out, re.sub(r"\s+", " ", told.err)

    return call


@pytest.fixture
def school(typed: Run) -> Run:
    """Type in a directory whose mastery.db lives by the pack and holds a week's evidence."""
    assert typed("init", "--framework", "fractions-to-proportions")[0] == 0
    assert typed("import", str(ROOT / "examples" / "week.csv"))[0] == 0
    return typed


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The database of the demonstration class as it stands on a Monday morning."""
    path = tmp_path_factory.mktemp("demo") / "mastery.db"
    demo.run(path, fresh=True, seed=7, at=datetime(2026, 3, 16, 8, tzinfo=UTC))
    return path.read_bytes()


@pytest.fixture
def monday(typed: Run, made: bytes, tmp_path: Path) -> Run:
    """Type in a directory that holds the demonstration class, on that Monday."""
    (tmp_path / "mastery.db").write_bytes(made)
    return typed
