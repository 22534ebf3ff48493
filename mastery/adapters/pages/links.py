"""Links between the pages: any name can be in one, and what somebody looks at (a day, a projector) goes along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from attrs import field, frozen

__all__ = ["Links", "named", "segment"]

_PLAIN = re.compile(r"[^~.%/\\\x00-\x1f\ud800-\udfff][^%/\\\x00-\x1f\ud800-\udfff]*")
_SPELT = "~x"


def segment(name: str) -> str:
    r"""Return a name as one segment of an address, such that browsers and routes leave it as it is.

    >>> segment("FR3.4"), segment("a b"), segment("a/b"), segment("..")
    ('FR3.4', 'a%20b', '~x612f62', '~x2e2e')
    """
    if _PLAIN.fullmatch(name):
        return quote(name, safe="")
    return _SPELT + name.encode("utf-8", "surrogatepass").hex()


def named(text: str) -> str:
    """Return the name that a segment stands for; a text that is no segment of ours stands for itself.

    >>> named("~x612f62"), named("FR3.4")
    ('a/b', 'FR3.4')
    """
    if not text.startswith(_SPELT):
        return text
    try:
        return bytes.fromhex(text.removeprefix(_SPELT)).decode("utf-8", "surrogatepass")
    except ValueError:
        return text


@frozen
class Links:
    """Makes the addresses of pages: below `root`, where the service is mounted, with `kept` in each query."""

    root: str = ""
    kept: Mapping[str, str] = field(factory=dict)

    def to(self, *parts: str, **query: object) -> str:
        """Return the address of the page at these segments; of the query, what is None or empty is left out.

        A list or tuple gives the name once for each value, also for an empty one.
        """
        asked = {name: _texts(value) for name, value in query.items() if value not in (None, "")}
        shown = urlencode(
            {**{name: [value] for name, value in self.kept.items()}, **asked}, doseq=True, errors="replace"
        )
        return f"{self.root}/{'/'.join(segment(part) for part in parts)}{'?' if shown else ''}{shown}"

    def service(self, *parts: str, **query: object) -> str:
        """Return the address of an answer of the service."""
        return self.to("v1", *parts, **query)


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
