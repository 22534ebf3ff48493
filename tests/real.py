"""Real data, read in place: other people's frameworks and logs, which are no part of the project."""

import os
from pathlib import Path

import pytest

__all__ = ["SHARED", "wanted"]

SHARED = Path(__file__).parents[2] / "shared" / "data"


def wanted(path: str | Path) -> Path:
    """The file; without it the test is skipped, or fails where MASTERY_REQUIRE_SHARED=1 says that it must be there."""
    file = SHARED / path
    if not file.exists():
        reason = f"real data are absent: {file}"
        if os.environ.get("MASTERY_REQUIRE_SHARED") == "1":
            pytest.fail(f"{reason}, and MASTERY_REQUIRE_SHARED=1")
        pytest.skip(reason)
    return file
