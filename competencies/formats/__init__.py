"""Files in: `read(path)` gives a draft, `load(path)` a framework. Files out: `dump(framework, path)`."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from competencies.draft import Draft
from competencies.errors import FormatError
from competencies.formats import case, native, table
from competencies.formats.strict_json import parsed
from competencies.framework import Framework

__all__ = ["dump", "load", "read", "read_bytes"]

LARGEST = 128 * 1024 * 1024
"""How many bytes a file may have."""


def read(
    path: str | Path,
    *,
    precedes: case.Precedes = "hard",
    assess: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    separator: str = "",
    edges: tuple[str, str] | None = None,
) -> Draft:
    """Return the draft in a file: a CASE package or our own JSON (`.json`), or a CSV table (anything else).

    `precedes` and `assess` are for CASE packages: see `competencies.formats.case.read`; `columns`, `separator` and
    `edges` are for tables: see `competencies.formats.table.read`.
    Raises FormatError, which names the file, when it cannot be read as either.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as fault:
        raise FormatError(f"{path} cannot be opened: {getattr(fault, 'strerror', None) or fault}.") from None
    return read_bytes(
        content, path, precedes=precedes, assess=assess, columns=columns, separator=separator, edges=edges
    )


def read_bytes(
    content: bytes,
    name: str | Path,
    *,
    precedes: case.Precedes = "hard",
    assess: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    separator: str = "",
    edges: tuple[str, str] | None = None,
) -> Draft:
    """Return the draft in the content of a file of this name, as `read` does: of an upload, say."""
    path = Path(name)
    try:
        if len(content) > LARGEST:
            raise FormatError(f"a file of at most {LARGEST:,} bytes was wanted, and this one has more.")
        text = content.decode("utf-8-sig")
        if path.suffix.casefold() == ".json":
            return _read_json(text, precedes, assess)
        return table.read(text, title=path.stem, columns=columns, separator=separator, edges=edges)
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        raise FormatError(
            f"{path} is not UTF-8 text: byte {fault.start}, on line {line}, cannot be read; save it as UTF-8."
        ) from None
    except FormatError as fault:
        raise FormatError(f"{path}: {fault}") from None


def _read_json(text: str, precedes: case.Precedes, assess: Collection[str]) -> Draft:
    is_doubled = any(text.count(f'"{name}"') > 1 for name in ("CFItems", "CFAssociations"))
    try:
        data = parsed(text, refuse_doubled=is_doubled)
    except ValueError as fault:
        raise FormatError(f"this is not JSON: {fault}.") from None
    if isinstance(data, dict) and "format" in data:
        return native.read(data)
    return case.read(data, precedes=precedes, assess=assess)


def load(
    path: str | Path,
    *,
    precedes: case.Precedes = "hard",
    assess: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    separator: str = "",
    edges: tuple[str, str] | None = None,
) -> Framework:
    """Return the framework in a file, with the options of `read`.

    Raises FormatError, or FrameworkError with every fault at once.
    """
    draft = read(path, precedes=precedes, assess=assess, columns=columns, separator=separator, edges=edges)
    return draft.framework()


def dump(framework: Framework, path: str | Path) -> None:
    """Write a framework to a file: a CASE 1.1 package (`.json`) or a table (`.csv`); `load` gives an equal one back.

    Raises FormatError when the file cannot be written, or when what `framework` holds would not come back equal.
    """
    path = Path(path)
    content = _written(framework, path)
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise FormatError(f"{path} cannot be written: {fault.strerror or fault}.") from None


def _written(framework: Framework, path: Path) -> bytes:
    suffix = path.suffix.casefold()
    if suffix == ".json":
        from competencies.formats import case_out  # loaded by those who write

        return _json(case_out.write(framework))
    if suffix == ".csv":
        return table.write(framework).encode("utf-8")
    raise FormatError(
        f"{path}: a framework is written as .json (CASE 1.1) or .csv (a table), got {suffix or path.name!r}."
    )


def _json(package: dict[str, Any]) -> bytes:
    try:
        return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: only the escaped form can hold it
        return (json.dumps(package, indent=1) + "\n").encode("utf-8")
