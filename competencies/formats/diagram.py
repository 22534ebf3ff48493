"""Diagrams of a framework: `svg` (our own picture), `mermaid`, `dot` (Graphviz), and `text`, which says it in words.

Each takes `around`, the identifier or code of a competency or group, to show what lies within `steps` up and down of it
instead of the whole. Where a choice is left, arrows meet in a joint that says how many of them are enough; dashed
arrows are recommendations. Diagrams are written, never read back.

>>> from competencies import pack
>>> print(text(pack("fractions-to-proportions"), around="FR3.2", steps=1).splitlines()[0])
Around FR3.2: Fractions to proportional relationships, grades 3 to 7
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator

from competencies.formats.picture.drawing import Drawing, drawing, plain, recommendation
from competencies.formats.picture.heading import some, summary, title
from competencies.formats.picture.layout import Layout, layout
from competencies.formats.picture.sheet import MOST_CARDS
from competencies.formats.picture.svg import svg
from competencies.framework import Framework

__all__ = ["dot", "mermaid", "svg", "text"]

_FONT = '"Helvetica,Arial,sans-serif"'
Cluster = Callable[[str, str, list[str]], list[str]]


def mermaid(framework: Framework, *, around: str | None = None, steps: int = 2) -> str:
    """Return a Mermaid flowchart. Mermaid itself draws no more than 500 arrows unless its page allows them."""
    shown = drawing(framework, around, steps)
    told = re.sub(r"[^\w ,.()/'-]+", " ", title(shown)).strip() or "Competencies"
    lines = ["flowchart TD", f"    accTitle: {told}"]
    boxes = [f'n{leaf}["{_mermaid(_label(shown, leaf))}"]' for leaf in range(len(shown.leaves))]
    lines += _clustered(shown, boxes, _mermaid_cluster)
    lines += [f'    n{node}(["{_mermaid(shown.name(node))}"])' for node in _joints(shown)]
    lines += [f"    n{a.start} {'-->' if a.hard else '-. recommended .->'} n{a.end}" for a in shown.arrows]
    return "\n".join(lines) + "\n"


def _mermaid_cluster(key: str, name: str, inner: list[str]) -> list[str]:
    return [f'subgraph {key}["{_mermaid(name)}"]', *inner, "end"]


def _mermaid(label: str) -> str:
    """Return a label of which Mermaid takes no character for a mark of its own: such go by their number."""
    label = re.sub(r"[^\w .,()/=+\n-]", lambda found: f"#{ord(found[0])};", label)
    label = label.replace("#92;", "#92;#8203;")  # a backslash and an n would break the line
    label = re.sub(r"^(\d*)([-+.])(?= )", lambda found: f"{found[1]}#{ord(found[2])};", label, flags=re.MULTILINE)
    return label.replace("\n", "<br/>")


def dot(framework: Framework, *, around: str | None = None, steps: int = 2) -> str:
    """Return a Graphviz digraph."""
    shown = drawing(framework, around, steps)
    lines = [
        f"digraph {_dot(title(shown))} {{",
        f"    graph [label={_dot(title(shown))}, labelloc=t, rankdir=TB, fontname={_FONT}];",
        f"    node [shape=box, style=rounded, fontname={_FONT}];",
        f"    edge [fontname={_FONT}, fontsize=11];",
    ]
    boxes = [
        f"n{leaf} [label={_dot(_label(shown, leaf, 30))}, tooltip={_dot(shown.statement(leaf) or ' ')}];"
        for leaf in range(len(shown.leaves))
    ]
    lines += _clustered(shown, boxes, _dot_cluster)
    lines += [f"    n{node} [shape=ellipse, style=solid, label={_dot(shown.name(node))}];" for node in _joints(shown)]
    soft = ' [style=dashed, arrowhead=vee, label="recommended"]'
    lines += [f"    n{a.start} -> n{a.end}{'' if a.hard else soft};" for a in shown.arrows]
    return "\n".join([*lines, "}"]) + "\n"


def _dot_cluster(key: str, name: str, inner: list[str]) -> list[str]:
    label = _dot("\n".join(textwrap.wrap(name, 40)))
    return [f"subgraph cluster_{key} {{", f"    label={label}; fontname={_FONT};", *inner, "}"]


def _dot(text: str) -> str:
    marks = {"\\": "\\\\", '"': '\\"', "&": "&amp;", "\n": "\\n"}
    return f'"{"".join(marks.get(c, c) for c in text)}"'


def _joints(shown: Drawing) -> range:
    return range(len(shown.leaves), len(shown.leaves) + len(shown.joints))


def _label(shown: Drawing, leaf: int, wide: int = 10_000) -> str:
    """Return the code and, on lines below it, the statement, unless there are many."""
    statement = shown.statement(leaf) if len(shown.leaves) <= MOST_CARDS else ""
    return "\n".join([*textwrap.wrap(shown.name(leaf), wide), *textwrap.wrap(statement, wide)])


def _clustered(shown: Drawing, boxes: list[str], cluster: Cluster) -> list[str]:
    """Return the boxes of all leaves, those of a group within what `cluster` makes of its key, name and lines."""
    framework = shown.framework
    order = [competency.identifier for competency in framework.competencies]
    inside: dict[str | None, list[str]] = {}
    depth = {name: len(_groups(framework, name)) for name in order}
    box = {leaf.identifier: [text] for leaf, text in zip(shown.leaves, boxes, strict=True)}
    for name in sorted(order, key=lambda name: -depth[name]):
        lines = box.get(name) or inside.get(name, [])
        if name not in box and lines:
            code, said = plain(framework.printed_name(name)), plain(framework.competency(name).statement)
            lines = cluster(f"g{order.index(name)}", f"{code}: {said}" if said else code, lines)
        inside.setdefault(framework.part_of.get(name), []).extend(f"    {line}" for line in lines)
    return inside.get(None, [])


def _groups(framework: Framework, name: str) -> list[str]:
    """Return the groups around a competency, nearest first."""
    found = []
    while name in framework.part_of:
        name = framework.part_of[name]
        found.append(name)
    return found


def text(framework: Framework, *, around: str | None = None, steps: int = 2) -> str:
    """Return the same in words: layer by layer, each competency with what it needs and what it leads to."""
    shown = drawing(framework, around, steps)
    found = layout(shown.graph)
    lines = [title(shown), summary(shown, found)]
    for heading, leaves in _sections(shown, found):
        lines += ["", heading]
        for leaf in leaves:
            lines += ["", *_entry(shown, leaf)]
    lines += _group_entries(shown)
    return "\n".join(lines) + "\n"


def _sections(shown: Drawing, found: Layout) -> Iterator[tuple[str, list[int]]]:
    linked = [leaf for leaf in range(len(shown.leaves)) if leaf not in found.alone]
    for layer in sorted({found.layer[leaf] for leaf in linked}):
        yield f"Layer {layer + 1}", [leaf for leaf in linked if found.layer[leaf] == layer]
    if found.alone:
        yield "Nothing comes before or after these", list(found.alone)


def _entry(shown: Drawing, leaf: int) -> Iterator[str]:
    framework, identifier = shown.framework, shown.leaves[leaf].identifier
    mark = " (what this is around)" if leaf in shown.centre else ""
    yield f"{shown.name(leaf)}{mark} {shown.statement(leaf)}".rstrip()
    yield f"    needs {plain(framework.text(framework.requirement(identifier))) or 'nothing'}"
    recommended = plain(framework.text(recommendation(framework, identifier)))
    if recommended:
        yield f"    recommended first, not needed: {recommended}"
    after, more = shown.down[leaf], shown.after.get(leaf, 0)
    if after or more:
        yield f"    leads to {_listed([shown.name(other) for other in sorted(after)], more)}"
    if shown.group(leaf):
        yield f"    part of {shown.group(leaf)}"


def _listed(names: Iterable[str], more: int) -> str:
    return ", ".join([*names, *([f"{more} more that {'is' if more == 1 else 'are'} left out here"] if more else [])])


def _group_entries(shown: Drawing) -> Iterator[str]:
    """Yield what the groups around the leaves that are shown consist of."""
    framework = shown.framework
    around = {group for leaf in shown.leaves for group in _groups(framework, leaf.identifier)}
    groups = [competency for competency in framework.competencies if competency.identifier in around]
    if groups:
        yield from ("", "Groups")
    for group in groups:
        parts = [plain(framework.printed_name(part.identifier)) for part in framework.parts(group.identifier)]
        name = plain(framework.printed_name(group.identifier))
        yield from (
            "",
            f"{name} {plain(group.statement)}".rstrip(),
            f"    {some(len(parts), 'part')}: {', '.join(parts)}",
        )
