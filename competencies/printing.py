"""Values print as the Python that makes them, short: what is at its default is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from attrs import NOTHING, Factory, fields

__all__ = ["Printed", "python"]


def python(value: object) -> str:
    """Return the Python that makes a value, once `datetime` and `UTC` are imported.

    A tuple is written as the list that constructors take for it.

    >>> python(("a", "b"))
    "['a', 'b']"
    """
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple):
        return f"[{', '.join(python(one) for one in value)}]"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(python(one) for one in value))}}}" if value else "frozenset()"
    if type(value) is datetime and value.tzinfo is UTC:
        return repr(value).removeprefix("datetime.").replace("datetime.timezone.utc", "UTC")
    return repr(value)


class Printed:
    """An attrs class that prints as the call that makes it: fields without a default by place, others by name."""

    __slots__ = ()

    def __repr__(self) -> str:
        said = []
        for field in fields(type(self)):  # type: ignore[arg-type]
            if not field.init or not field.repr:
                continue
            value, default = getattr(self, field.name), field.default
            if default is NOTHING and not field.kw_only:
                said.append(self._printed(field.name, value))
            elif default is NOTHING or value != (default.factory() if isinstance(default, Factory) else default):  # type: ignore[arg-type]
                said.append(f"{field.name}={self._printed(field.name, value)}")
        return f"{type(self).__name__}({', '.join(said)})"

    def _printed(self, name: str, value: Any) -> str:  # noqa: ARG002 - for classes that write a field in their own way
        return python(value)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - the protocol of IPython and Hypothesis
        printer.text(repr(self))
