"""Every word that the pages say comes from the catalogue, from the data or from the engine; and they are plain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pages_asked import Reader, reading
from pages_tour import PARTS, TOUR, Stop

from mastery.adapters.pages import catalogue as module
from mastery.adapters.pages.catalogue import catalogue

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "mastery" / "adapters" / "pages" / "templates").glob("*.html"))
CODE = sorted(
    [*(ROOT / "mastery" / "adapters" / "pages").glob("*.py"), *(ROOT / "mastery/adapters/http/pages").glob("*.py")]
)
FORBIDDEN = re.compile(r"\b(fail\w*|behind|struggl\w*|weak\w*|poor\w*|deficien\w*|low[- ]perform\w*)\b", re.IGNORECASE)
PLAIN = ("me", "family")
"""The pages that learners and families read."""


def sources() -> str:
    """Return all templates and the code of the pages."""
    return "\n".join(path.read_text() for path in (*TEMPLATES, *CODE))


def test_every_key_that_is_named_is_in_the_catalogue() -> None:
    """What `say` is given, or given in either case of a condition, is there."""
    named = set(re.findall(r"""['"]([a-z_]+\.[a-z_]+)['"](?!\s*~)""", sources()))
    pages = {key.partition(".")[0] for key in catalogue()}
    lacking = {key for key in named if key.partition(".")[0] in pages and not key.endswith((".html", ".css", ".js"))}
    assert lacking - set(catalogue()) == set()


def test_every_key_of_the_catalogue_is_used() -> None:
    """A key is named whole, or begins with what is put before a word of the data: `'status.' ~ name`."""
    text = sources()
    built = tuple(re.findall(r"""['"]([a-z_]+\.[a-z_]*)['"]\s*~""", text) + re.findall(r'f"([a-z_]+\.)\{', text))
    unused = [key for key in catalogue() if not key.startswith(built) and not re.search(rf"""['"]{key}['"]""", text)]
    assert unused == []


def test_every_string_says_something_once() -> None:
    """No string is empty, and none has spaces at an end that a reader would not see, but those that join."""
    for key, said in catalogue().items():
        for one in said if isinstance(said, list) else [said]:
            assert one.strip(), key
    assert all(len(said) == 2 for said in catalogue().values() if isinstance(said, list))


class Words(HTMLParser):
    """Collects what somebody reads, or has read to them: text, and the attributes that are text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take attributes that are read."""
        self.inside.append(tag)
        self.found += [value or "" for name, value in attrs if name in ("aria-label", "title", "alt", "placeholder")]

    def handle_endtag(self, tag: str) -> None:
        """Go out of an element, and of those in it that are never closed."""
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not {"script", "style"} & {*self.inside[-1:]}:
            self.found.append(data)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_words_of_its_own(template: Path) -> None:
    """Outside of tags and expressions there are no letters, and none in an attribute that is read."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.DOTALL)
    assert [one for one in Words(text).found if re.search(r"[^\W\d_]", one)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_expression_has_words_of_its_own(template: Path) -> None:
    """A text in an expression is a key or a name, and no sentence: no two words, nothing that begins with a capital."""
    spoken = re.findall(r"\{\{.*?\}\}", template.read_text(), flags=re.DOTALL)
    texts = [text for one in spoken for text in re.findall(r"'([^']*)'", one)]
    assert [text for text in texts if re.search(r"[A-Za-z] [A-Za-z]|^[A-Z][a-z]", text) and "%" not in text] == []


def test_nobody_fails() -> None:
    """No string says that somebody failed or is behind: they are not there yet."""
    said = [one for value in catalogue().values() for one in (value if isinstance(value, list) else [value])]
    assert [one for one in said if FORBIDDEN.search(one)] == []


def grade(text: str) -> float:
    """Return the grade at which a text is read (Flesch and Kincaid), syllables counted by their vowels."""
    sentences = max(len(re.findall(r"[.!?:](?:\s|$)", text)), 1)
    words = re.findall(r"[A-Za-z]+", text)
    syllables = sum(max(len(re.findall("[aeiouy]+", re.sub(r"e$|es$|ed$", "", word.lower()))), 1) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / max(len(words), 1) - 15.59


def test_the_formula_of_the_grade() -> None:
    """It is low for short words in short sentences, and high for long ones."""
    assert grade("The cat sat on the mat.") < 1
    assert grade("Competency-based progression necessitates interoperable representations of prerequisites.") > 20


@pytest.mark.parametrize("page", [one for one in PLAIN if any(key.startswith(f"{one}.") for key in catalogue())])
def test_what_families_read_is_plain(page: str) -> None:
    """The sentences of the pages of learners and families, together, are at the level of grade 6 at most."""
    said = [
        re.sub(r"\{\w+\}", "it", one)
        for key, value in catalogue().items()
        if key.startswith(f"{page}.")
        for one in (value if isinstance(value, list) else [value])
    ]
    sentences = [one for one in said if re.search(r"[.!?:]$", one.strip())]
    assert grade(" ".join(sentences)) <= 6
    assert [one for one in sentences if grade(one) > 9] == []


# A catalogue in which every string is in brackets: what a page then shows without them is no string of ours.


@pytest.fixture(scope="module")
def bracketed(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The demonstration class, read with every string of the catalogue in brackets."""
    with (
        pytest.MonkeyPatch.context() as patched,
        reading(tmp_path_factory.mktemp("words") / "school.db", made) as found,
    ):
        held = {
            key: [f"\u27e6{one}\u27e7" for one in said] if isinstance(said, list) else f"\u27e6{said}\u27e7"
            for key, said in catalogue().items()
        }
        patched.setattr(module, "catalogue", lambda: held)
        yield found


def unbracketed(text: str) -> str:
    """Return a page without what is in brackets, from the innermost out."""
    while (less := re.sub("\u27e6[^\u27e6\u27e7]*\u27e7", " ", text)) != text:
        text = less
    return text


def words_of(text: str) -> set[str]:
    """Return the words of three letters and more."""
    return set(re.findall(r"[^\W\d_]{3,}", text))


@cache
def words_of_the_engine() -> set[str]:
    """Return each word in a text in the code of the engine, of refusals, and of what sheets share with pages."""
    adapters = ROOT / "mastery" / "adapters"
    code = [
        *(path for path in (ROOT / "mastery").rglob("*.py") if adapters not in path.parents),
        *(ROOT / "competencies").rglob("*.py"),
        adapters / "sheets" / "signs.py",
        adapters / "sheets" / "report_sections.py",
        adapters / "http" / "problems.py",
    ]
    found: set[str] = set()
    for path in code:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value.value = ""  # a docstring is shown to nobody
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= words_of(node.value)
    return found


def words_of_the_data(reader: Reader) -> set[str]:
    """Return each word of the framework, of the facts, of the roster, and of the names of what can be asked."""
    tenant = reader.tenants.get("school")
    assert tenant is not None
    facts = [fact for learner in tenant.engine.learners() for fact in tenant.engine.progress(learner).facts]
    roster = tenant.access.rosters.current()
    names = [getattr(route, "name", "") for route in reader.client.app.routes]  # type: ignore[attr-defined]
    return words_of(f"{names} {facts} {tenant.study.classroom(()).framework.competencies!r} {roster!r}")


@pytest.mark.parametrize("stop", [*TOUR, *PARTS], ids=str)
def test_what_a_page_says_is_from_the_catalogue_the_data_or_the_engine(bracketed: Reader, stop: Stop) -> None:
    """With every string of the catalogue taken out, each word that is left is one of the engine or of the data."""
    words = " ".join(Words(bracketed.get(stop.address, stop.person).text).found)
    words = re.sub(r"\w+\u2026\w*", "", words)  # a word that was cut
    assert "\u27e6" in words
    months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
    known = words_of_the_engine() | words_of_the_data(bracketed) | months
    assert words_of(unbracketed(words)) - known == set()
