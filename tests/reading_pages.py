"""Reading a page as a browser does: whether it is well-formed, what it says, and that nothing in it runs."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["ReadPage", "read_page"]

VOID = {"meta", "br"}
ALLOWED = {
    *("html", "head", "title", "style", "body", "main", "header", "h1", "h2", "p", "div", "section", "span", "strong"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "ul", "ol", "li", "dl", "dt", "dd", "bdi"),
    *VOID,
}


class ReadPage(HTMLParser):
    """The tags that were opened, each with its attributes, and the text of each cell, by kind."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag that is opened: one that we use, with no attribute that runs or fetches anything."""
        assert tag in ALLOWED, tag
        given = dict(attrs)
        assert len(given) == len(attrs)
        assert not any(name.startswith("on") or name in ("href", "src", "action") for name in given)
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Take a tag that is closed: the one that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Take text, and keep it with the tag around it and in its cell."""
        self.texts.append((self.open[-1] if self.open else "", data))
        if {"td", "th"} & {*self.open}:
            self.rows[-1][-1] += data

    def said(self) -> str:
        """All text that a reader sees, style left out, spaces made one."""
        return " ".join(" ".join(text for tag, text in self.texts if tag != "style").split())


def read_page(text: str) -> ReadPage:
    """Return a page read; fails where it is not well-formed, could run something, or asks for anything elsewhere."""
    assert text.startswith("<!DOCTYPE html>\n")
    assert text.count("<style>") == 1
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    return ReadPage(text)
