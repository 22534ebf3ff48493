"""Files in: `read(path)` gives a draft, `load(path)` a framework."""

import json
from collections.abc import Collection
from pathlib import Path

from competencies.draft import Draft
from competencies.errors import FormatError
from competencies.formats import case, native, table
from competencies.framework import Framework

__all__ = ["load", "read"]


def read(path: str | Path, *, precedes: case.Precedes = "hard", assess: Collection[str] = ()) -> Draft:
    """Return the draft in a file: a CASE package or our own JSON (`.json`), or a CSV table (anything else).

    `precedes` and `assess` are for CASE packages: see `competencies.formats.case.read`.
    Raises FormatError, which names the file, when it cannot be read as either.
    """
    path = Path(path)
    try:
        return _read(path, path.read_text("utf-8-sig"), precedes, assess)
    except OSError as fault:
        raise FormatError(f"{path} cannot be opened: {fault.strerror or fault}.") from None
    except UnicodeDecodeError as fault:
        raise FormatError(f"{path} is not UTF-8 text: byte {fault.start} cannot be read; save it as UTF-8.") from None
    except FormatError as fault:
        raise FormatError(f"{path}: {fault}") from None


def _read(path: Path, text: str, precedes: case.Precedes, assess: Collection[str]) -> Draft:
    if path.suffix.casefold() != ".json":
        return table.read(text.splitlines(keepends=True), title=path.stem)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise FormatError(f"this is not JSON: {fault}.") from None
    if isinstance(data, dict) and "format" in data:
        return native.read(data)
    return case.read(data, precedes=precedes, assess=assess)


def load(path: str | Path, *, precedes: case.Precedes = "hard", assess: Collection[str] = ()) -> Framework:
    """Return the framework in a file; raises FormatError, or FrameworkError with every fault at once."""
    return read(path, precedes=precedes, assess=assess).framework()
