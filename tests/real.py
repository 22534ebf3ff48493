"""Real data, read in place: other people's frameworks, logs and test cases, which are no part of the project."""

import os
from pathlib import Path

import pytest

__all__ = ["CONFORMANCE", "SHARED", "conformance_wanted", "wanted"]

SHARED = Path(__file__).parents[2] / "shared" / "data"
CONFORMANCE = Path(os.environ.get("MASTERY_CONFORMANCE") or SHARED.parent / "conformance")
"""Other systems' own cases; MASTERY_CONFORMANCE names another directory with files of the same shape."""


def wanted(path: str | Path) -> Path:
    """The file; without it the test is skipped, or fails where MASTERY_REQUIRE_SHARED=1 says that it must be there."""
    return _there(SHARED / path, "real data are absent")


def conformance_wanted(name: str) -> Path:
    """The file of other systems' cases, in the same way."""
    return _there(CONFORMANCE / name, "other systems' cases are absent")


def _there(file: Path, absent: str) -> Path:
    if not file.exists():
        reason = f"{absent}: {file}"
        if os.environ.get("MASTERY_REQUIRE_SHARED") == "1":
            pytest.fail(f"{reason}, and MASTERY_REQUIRE_SHARED=1")
        pytest.skip(reason)
    return file
