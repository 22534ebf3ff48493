"""Requirements as people type them: `parse` reads, `text` prints, and each undoes the other.

    all      a; b        a and b
    any      (b or c)
    k of n   2 of (d, e, f)
    share    80% of G

A code with spaces, commas or brackets stands in double quotes, a double quote in it doubled. `;` or `and` and `or`
on one level are refused: brackets say which was meant.
"""

import re
from collections.abc import Callable

from attrs import define

from competencies.errors import RequirementTextError
from competencies.requirement import DEEPEST, NOTHING, All, Any, AtLeast, Needs, Requirement, Share, normal

__all__ = ["parse", "text"]

_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"]|"")*")|(?P<percent>[0-9]{1,9}\s*%)|(?P<mark>[;,()])|(?P<word>[^\s;,()"%]+))'
)
_KEYWORDS = frozenset({"and", "or", "of", "at", "least", "all", "any"})


@define
class _Token:
    kind: str
    value: str
    column: int


def _tokens(source: str) -> list[_Token]:
    found, place = [], 0
    end = len(source.rstrip())
    while place < end:
        match = _TOKEN.match(source, place)
        if match is None:
            raise _error(source, place, "a code, a bracket or a separator was wanted")
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        place = match.end()
    return [*found, _Token("end", "", len(source))]


def _error(source: str, column: int, wanted: str) -> RequirementTextError:
    got = source[column : column + 20].strip() or "the end"
    return RequirementTextError(
        f"Cannot read the requirement {source!r}: at column {column + 1} {wanted}, got {got!r}."
    )


@define
class _Parser:
    source: str
    tokens: list[_Token]
    place: int = 0
    depth: int = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.place]

    def is_word(self, *words: str) -> bool:
        return self.here.kind == "word" and self.here.value.casefold() in words

    def is_mark(self, mark: str) -> bool:
        return self.here.kind == "mark" and self.here.value == mark

    def is_number(self) -> bool:
        return self.here.kind == "word" and re.fullmatch("[0-9]{1,9}", self.here.value) is not None

    def take(self) -> _Token:
        token = self.here
        self.place += 1
        return token

    def fail(self, wanted: str) -> RequirementTextError:
        return _error(self.source, self.here.column, wanted)

    def expect(self, accepted: bool, wanted: str) -> _Token:
        if not accepted:
            raise self.fail(wanted)
        return self.take()

    def series(self) -> Requirement:
        """Read items joined by `;`/`and`, or by `or`, but not by both."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"at most {DEEPEST} brackets within one another were wanted")
        parts, joiner = [self.item()], ""
        while self.is_mark(";") or self.is_word("and", "or"):
            here = "or" if self.is_word("or") else "and"
            if joiner and joiner != here:
                raise self.fail("either 'and' or 'or' was wanted, not both: put brackets round the alternatives")
            joiner = here
            self.take()
            if (
                here == "and"
                and (self.here.kind == "end" or self.is_mark(")"))
                and self.tokens[self.place - 1].value == ";"
            ):
                break  # a trailing semicolon, as spreadsheets leave them
            parts.append(self.item())
        self.depth -= 1
        if len(parts) == 1:
            return parts[0]
        return self.built(lambda: Any(parts)) if joiner == "or" else All(parts)

    def item(self) -> Requirement:
        if self.is_mark("("):
            self.take()
            inner = self.series()
            self.expect(self.is_mark(")"), "a closing bracket was wanted")
            return inner
        if self.here.kind == "percent":
            return self.share()
        if self.is_word("at") and self.tokens[self.place + 1].value.casefold() == "least":
            self.place += 2
            return self.at_least()
        if self.is_number() and self.tokens[self.place + 1].value.casefold() == "of":
            return self.at_least()
        return Needs(self.name())

    def share(self) -> Requirement:
        percent = int(self.take().value.rstrip("% \t"))
        self.expect(self.is_word("of"), "'of' was wanted")
        group = self.name()
        return self.built(lambda: Share(percent, group))

    def at_least(self) -> Requirement:
        k = int(self.expect(self.is_number(), "a whole number was wanted").value)
        self.expect(self.is_word("of"), "'of' was wanted")
        self.expect(self.is_mark("("), "an opening bracket was wanted")
        parts = [self.series()]
        while self.is_mark(","):
            self.take()
            parts.append(self.series())
        self.expect(self.is_mark(")"), "a comma or a closing bracket was wanted")
        return self.built(lambda: AtLeast(k, parts))

    def name(self) -> str:
        token = self.here
        if token.kind == "quoted" and token.value[1:-1].strip():
            return self.take().value[1:-1].replace('""', '"')
        if token.kind != "word" or token.value.casefold() in _KEYWORDS:
            raise self.fail("a code was wanted (in double quotes if it holds spaces or is a word such as 'and')")
        return self.take().value

    def built(self, make: Callable[[], Requirement]) -> Requirement:
        try:
            return make()
        except ValueError as fault:
            raise RequirementTextError(f"Cannot read the requirement {self.source!r}: {fault}") from None


def parse(source: str) -> Requirement:
    """Return the requirement that `source` says; empty text asks for nothing.

    Raises RequirementTextError, which names the column and what was wanted there.

    >>> parse("a; (b or c)")
    All([Needs('a'), Any([Needs('b'), Needs('c')])])
    """
    if not source.strip():
        return NOTHING
    parser = _Parser(source, _tokens(source))
    requirement = parser.series()
    parser.expect(parser.here.kind == "end", "';', 'and', 'or' or the end was wanted")
    return parser.built(lambda: normal(requirement))


def _quoted(name: str) -> str:
    bare = re.fullmatch(r'[^\s;,()"%]+', name) and not name.isdigit() and name.casefold() not in _KEYWORDS
    return name if bare else '"' + name.replace('"', '""') + '"'


def text(requirement: Requirement, *, name: Callable[[str], str] = str) -> str:
    """Return `requirement` in the form that `parse` reads; `name` turns each name into the one to print.

    >>> text(AtLeast(2, [Needs("d"), Needs("e"), Needs("f g")]))
    '2 of (d, e, "f g")'
    """

    def inner(part: Requirement) -> str:
        return f"({written(part)})" if isinstance(part, All | Any) else written(part)

    def written(node: Requirement) -> str:
        if isinstance(node, Needs):
            return _quoted(name(node.name))
        if isinstance(node, Share):
            return f"{node.percent}% of {_quoted(name(node.group))}"
        if isinstance(node, AtLeast):
            return f"{node.k} of ({', '.join(inner(part) for part in node.parts)})"
        joiner = "; " if isinstance(node, All) else " or "
        return joiner.join(inner(part) for part in node.parts)

    return written(normal(requirement))
