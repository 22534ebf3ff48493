"""What ships with us and is read at run time: the JSON Schemas of answers and the glossary."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import mastery

__all__ = ["glossary_text", "schemas"]


def _folder() -> Path:
    """Return where they lie: in the package where it was built, in docs in a checkout."""
    package = Path(mastery.__file__).parent
    built = package / "shipped"
    return built if built.is_dir() else package.parent / "docs"


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each answer by its name, such as next or what-if."""
    files = sorted((_folder() / "schemas").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


@cache
def glossary_text() -> str:
    """Return the glossary in Markdown."""
    return (_folder() / "glossary.md").read_text("utf-8")
