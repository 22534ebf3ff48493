"""What a page is made of, read as a browser reads it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["Shape", "shape"]

UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
LEADING = ("href", "src", "action", "formaction", "data-fill")


class Shape(HTMLParser):
    """What a page is made of: its elements in order with the names of their attributes; and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.leads: list[str] = []
        self.said = ""
        self._exact = False
        self.forms: list[dict[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element; none has what runs, or styles by itself."""
        given = dict(attrs)
        assert len(given) == len(attrs), attrs
        assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in given), attrs
        self._exact = tag == "textarea"
        self.elements.append((tag, *sorted({*given} - {"selected", "checked", "open", "aria-current"})))
        self.leads += [
            given[name] or "" for name in ("href", "src", "action", "formaction", "data-fill") if name in given
        ]
        shown = [value or "" for name, value in attrs if name not in ("value", "href", "data-x")]
        assert not UNSEEN.search("".join(shown)), attrs
        if tag == "form":
            self.forms.append({"": f"{given.get('method')} {given.get('action', '')}"})
        elif tag in ("input", "textarea", "select") and "name" in given and self.forms:
            self.forms[-1][given["name"] or ""] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        """Take text; what is written in a field comes back to the letter."""
        self.said += "" if self._exact else data

    def handle_endtag(self, tag: str) -> None:
        """Leave a field."""
        self._exact = False


def shape(text: str) -> Shape:
    """Return a page read; all that it leads to is on the site, and nothing that it says is unseen or turns the rest."""
    found = Shape(text)
    for one in found.leads:
        assert re.match(r"/(?!/)|\?|#|$", one), one
        assert re.fullmatch(r"[!-~]*", one), "letters beyond ASCII are written as such in addresses"
    assert not UNSEEN.search(found.said)
    return found
