"""What tests of the commands share: how a command answers, and whether its JSON is as docs/schemas has it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema

__all__ = ["ROOT", "Result", "Run", "fits", "lines"]

ROOT = Path(__file__).parents[1]
Result = tuple[int, str, str]
Run = Callable[..., Result]


def fits(answer: str, schema: str) -> dict[str, Any]:
    """Return a JSON answer; fails where it does not fit its schema."""
    value: dict[str, Any] = json.loads(answer)
    jsonschema.validate(value, json.loads((ROOT / "docs" / "schemas" / f"{schema}.json").read_text("utf-8")))
    return value


def lines(told: Result) -> list[str]:
    """Return the lines of an answer; fails where the command did."""
    code, out, errors = told
    assert (code, errors) == (0, "")
    return out.splitlines()
