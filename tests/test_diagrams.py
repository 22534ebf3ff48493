"""Diagrams: what they draw is what the framework asks, nothing overlaps, hostile text stays text, words say it all."""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from typing_commands import Run
from worlds import profile
from worlds_rules import framework as small_framework

import competencies
from competencies import Any, Competency, Framework, Needs, UnknownCompetency
from competencies.formats import diagram
from competencies.formats.picture.drawing import Drawing, drawing, plain
from competencies.formats.picture.layout import Graph, crossings, layers, layout
from competencies.formats.picture.lettering import width, wrap
from competencies.formats.picture.svg_style import DARK, LIGHT

CASE = Path(__file__).parents[2] / "shared" / "data" / "case"
COHERENCE_MAP = CASE / "derived_ccssm_coherence_map_v1p1.json"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    '"];alert --> b; {c} [d] (e) |f|',
    "&lt;b&gt; &amp; #35; #quot;",
    "%%{init: {}}%% style a:#fff;",
    "end\nsubgraph x\r\n1. one",
    "`md` **bold** \\n \\",
    "x\x00\ud800\u202e]]>",
    "Donau" * 60,
    "\u6f22\u5b57" * 60,
    "'",
)


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """Small frameworks with all kinds of requirement, groups, and recommendations that may run in circles."""
    built = small_framework(lambda options: draw(st.sampled_from(options)), 9)
    leaves = [leaf.identifier for leaf in built.leaves]
    groups = sorted(set(built.part_of.values()))
    names = st.sampled_from(leaves + groups).map(Needs)
    some = st.lists(names, min_size=1, max_size=3, unique=True).map(
        lambda parts: parts[0] if len(parts) == 1 else Any(parts)
    )
    recommends = draw(st.dictionaries(st.sampled_from(leaves + groups), some, max_size=4))
    texts = st.sampled_from(HOSTILE) | st.text(max_size=40)
    said = [
        Competency(c.identifier, draw(st.just(c.code) | texts.map(lambda t, c=c: c.identifier + t)), draw(texts))
        for c in built.competencies
    ]
    return Framework(draw(texts), said, requires=built.requires, recommends=recommends, part_of=built.part_of)


def graphs() -> st.SearchStrategy[Graph]:
    """Graphs whose hard arrows run from lower to higher numbers, with a few joints at which two of them meet."""

    def built(seed: int) -> Graph:
        rng = Random(seed)
        leaves, joints = rng.randint(2, 25), rng.randint(0, 4)
        pairs = (rng.sample(range(leaves), 2) for _ in range(rng.randint(0, 60)))
        arrows = dict.fromkeys(((min(pair), max(pair)) for pair in pairs), True)
        for joint in range(leaves, leaves + joints):
            middle = rng.randint(1, leaves - 1)
            arrows |= {(rng.randrange(middle), joint): True, (joint, rng.randrange(middle, leaves)): True}
        for _ in range(rng.randint(0, 8)):
            arrows.setdefault((rng.randrange(leaves), rng.randrange(leaves)), False)
        return Graph(leaves, joints, tuple((a, b, hard) for (a, b), hard in arrows.items() if a != b))

    return st.integers(0, 10**6).map(built)


# What is drawn.


def _opens(shown: Drawing, node: int, state: int, hard: bool) -> bool:
    """Whether what leads to a node suffices in a state: all of it, or as many as the joint says."""
    starts = [arrow.start for arrow in shown.arrows if arrow.end == node and arrow.hard == hard]
    leaves = len(shown.leaves)
    met = [bool(state >> s & 1) if s < leaves else _opens(shown, s, state, hard) for s in starts]
    return sum(met) >= (len(met) if node < leaves else shown.joints[node - leaves].least)


@profile(150)
@given(frameworks(), st.integers(0, 2**9 - 1))
def test_the_arrows_say_what_the_gates_ask(framework: Framework, state: int) -> None:
    """In every state, the hard arrows and joints into a competency suffice exactly when its gate is open."""
    shown = drawing(framework)
    event("joints" if shown.joints else "no joints")
    for leaf, gate in enumerate(framework.expansion.gates):
        assert _opens(shown, leaf, state, hard=True) == gate.met(state)


@profile(150)
@given(frameworks())
def test_every_edge_is_drawn_and_no_other(framework: Framework) -> None:
    """Through joints, arrows join exactly the leaves that the framework's graph joins, and none is drawn twice."""
    shown = drawing(framework)
    ends = Counter((arrow.start, arrow.end) for arrow in shown.arrows)
    both = [{*hard, *soft} for hard, soft in zip(framework.expansion.needs, framework.recommended.needs, strict=True)]

    assert all(count == 1 for count in ends.values())
    for leaf, needed in enumerate(both):
        assert shown.up[leaf] - {leaf} == needed - {leaf}


@profile(100)
@given(frameworks(), st.integers(0, 3), st.data())
def test_a_neighbourhood_is_what_lies_within_the_steps(framework: Framework, steps: int, data: st.DataObject) -> None:
    """It holds the leaves so many steps up or down, their arrows, and says how many neighbours it leaves out."""
    around = data.draw(st.sampled_from(framework.competencies)).identifier
    whole, near = drawing(framework), drawing(framework, around, steps)
    position = framework.expansion.position
    kept = [position[leaf.identifier] for leaf in near.leaves]
    centre = {i for i in range(len(whole.leaves)) if framework.expansion.masks[around] >> i & 1}
    wanted = set(centre)
    for beyond in (whole.up, whole.down):
        reached = set(centre)
        for _ in range(steps):
            reached |= {far for i in reached for far in beyond[i]}
        wanted |= reached

    assert set(kept) == wanted
    assert {kept[i] for i in near.centre} == centre
    for n, i in enumerate(kept):
        assert {kept[m] for m in near.up[n]} == whole.up[i] & wanted
        assert {kept[m] for m in near.down[n]} == whole.down[i] & wanted
        assert near.before.get(n, 0) == len(whole.up[i] - wanted)
        assert near.after.get(n, 0) == len(whole.down[i] - wanted)


# Layout.


@profile(200)
@given(graphs())
def test_layers_are_consistent(graph: Graph) -> None:
    """Every hard arrow points down, a leaf is just below the lowest thing that leads to it, routes pass every row."""
    place, down = layers(graph)
    found = layout(graph)
    row = {node: n for n, nodes in enumerate(found.rows) for node in nodes}
    above: dict[int, list[int]] = {}
    for (start, end, hard), is_down, route in zip(graph.arrows, down, found.routes, strict=True):
        assert is_down or not hard
        assert (place[start] < place[end]) == is_down
        assert (route[0], route[-1]) == (start, end)
        assert all(row[low] - row[up] == (1 if is_down else -1) for up, low in pairwise(route))
        if is_down:
            above.setdefault(end, []).append(place[start][0])
        else:
            above.setdefault(start, []).append(place[end][0])
    for leaf in range(graph.leaves):
        assert place[leaf][0] == 1 + max(above.get(leaf, [-1]))
    assert Counter(node for nodes in found.rows for node in nodes) == Counter(row.keys())
    assert {node for node in range(graph.leaves) if node not in row} == set(found.alone)


@profile(200)
@given(graphs())
def test_ordering_never_adds_crossings_and_is_deterministic(graph: Graph) -> None:
    """The order has at most as many crossings as framework order, counted pair by pair; twice is the same."""
    found = layout(graph)
    place = {node: n for row in found.rows for n, node in enumerate(row)}
    lines = [(up, low) for row in found.rows for up in row for low in found.below[up]]
    tops = {node: n for n, row in enumerate(found.rows) for node in row}
    pairs = [(a, b) for n, a in enumerate(lines) for b in lines[:n] if tops[a[0]] == tops[b[0]]]
    slow = sum((place[a[0]] - place[b[0]]) * (place[a[1]] - place[b[1]]) < 0 for a, b in pairs)
    event("fewer" if found.crossings < found.unordered else "as many")

    assert found.crossings == crossings(found.rows, found.below) == slow
    assert found.crossings <= found.unordered
    assert layout(graph) == found


def test_the_pack_has_less_than_half_the_crossings() -> None:
    """Ordering the pack, 63 competencies, takes away more than half of the crossings of framework order."""
    found = layout(drawing(competencies.pack("fractions-to-proportions")).graph)

    assert found.crossings < found.unordered / 2


# The picture.


def _parsed(source: str) -> ElementTree.Element:
    return ElementTree.fromstring(source)  # noqa: S314 - our own picture


def _numbers(element: ElementTree.Element, *names: str) -> list[float]:
    return [float(element.get(name, "")) for name in names]


def _boxes(root: ElementTree.Element) -> dict[int, tuple[float, float, float, float]]:
    """The box of every leaf and joint: left, top, right, bottom."""
    found = {}
    for group in root.iter(f"{SVG}g"):
        if group.get("data-node") is not None:
            x, y, wide, high = _numbers(next(group.iter(f"{SVG}rect")), "x", "y", "width", "height")
            found[int(group.get("data-node", ""))] = (x, y, x + wide, y + high)
    return found


def _points(path: str) -> list[tuple[float, float]]:
    """Points along a path of M, L and C, close to one another on its curves."""
    at, points = (0.0, 0.0), []
    for kind, rest in re.findall(r"([MLC])([^MLC]*)", path):
        values = [float(number) for number in rest.split()]
        corners = [at, *zip(values[::2], values[1::2], strict=True)]
        if kind == "C":
            for step in range(21):
                t = step / 20
                parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                points.append(tuple(sum(p * c[i] for p, c in zip(parts, corners, strict=True)) for i in (0, 1)))
        at = corners[-1]
        points.append(at)
    return points


def _arrows(root: ElementTree.Element) -> Counter[tuple[int, int, bool]]:
    return Counter(
        (int(path.get("data-from", "")), int(path.get("data-to", "")), "hard" in path.get("class", "").split())
        for path in root.iter(f"{SVG}path")
        if path.get("data-from") is not None
    )


def _check_picture(framework: Framework, source: str, shown: Drawing) -> None:
    """Assert what holds of every picture."""
    root = _parsed(source)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    boxes = _boxes(root)
    wide, high = _numbers(root, "width", "height")

    assert len(ids) == len(set(ids))
    assert root.get("role") == "img"
    assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    assert set(boxes) == set(range(len(shown.leaves) + len(shown.joints)))
    assert _arrows(root) == Counter((arrow.start, arrow.end, arrow.hard) for arrow in shown.arrows)
    assert all(x >= 0 and y >= 0 and right <= wide and bottom <= high for x, y, right, bottom in boxes.values())
    ordered = sorted(boxes.values())
    for n, (_, y, right, bottom) in enumerate(ordered):
        for other_x, other_y, _, other_bottom in ordered[n + 1 :]:
            if other_x >= right:
                break
            assert other_y >= bottom or other_bottom <= y
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g")
    }
    assert "url(http" not in source
    assert "@import" not in source


@profile(120)
@given(frameworks())
def test_a_picture_is_whole_and_nothing_overlaps(framework: Framework) -> None:
    """Well-formed, ids unique, every competency, joint and arrow there once, boxes apart, nothing but plain shapes."""
    _check_picture(framework, diagram.svg(framework), drawing(framework))


@profile(120)
@given(frameworks())
def test_no_arrow_runs_through_a_box(framework: Framework) -> None:
    """No point of an arrow lies within the box of a competency or joint; hard arrows end below where they begin."""
    root = _parsed(diagram.svg(framework))
    boxes = _boxes(root)
    for path in root.iter(f"{SVG}path"):
        if path.get("data-from") is None:
            continue
        start, end = boxes[int(path.get("data-from", ""))], boxes[int(path.get("data-to", ""))]
        if "hard" in path.get("class", "").split():
            assert end[1] > start[3]
        for x, y in _points(path.get("d", "")):
            assert not any(
                left + 0.2 < x < right - 0.2 and top + 0.2 < y < low - 0.2 for left, top, right, low in boxes.values()
            )


@profile(80)
@given(frameworks())
def test_the_picture_holds_the_text_and_no_markup_of_it(framework: Framework) -> None:
    """The title of each node is its code and statement, character for character; no text is smaller than 11 px."""
    shown = drawing(framework)
    source = diagram.svg(framework)
    root = _parsed(source)
    told = {
        int(group.get("data-node", "")): group.findtext(f"{SVG}title")
        for group in root.iter(f"{SVG}g")
        if group.get("id", "").startswith("c-")
    }
    for leaf in range(len(shown.leaves)):
        assert told[leaf] == ": ".join(filter(None, (shown.name(leaf), shown.statement(leaf))))
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", source)]
    assert min(sizes) >= 11


def test_what_is_joined_to_an_anchor_is_brought_out_with_it() -> None:
    """The classes of an arrow are those of the competencies at its ends, seen through joints; each has its rule."""
    source = diagram.svg(competencies.pack("fractions-to-proportions"))
    root = _parsed(source)
    name = {g.get("id", "").removeprefix("c-"): g.get("data-node") for g in root.iter(f"{SVG}g") if g.get("id")}
    lit = [
        path.findtext(f"{SVG}title", "")
        for path in root.iter(f"{SVG}path")
        if f"n{name['RA6.9']}" in path.get("class", "").split()
    ]

    assert sorted(lit) == [
        "RA6.2 before RA6.9",
        "RA6.3 before any of 2",
        "RA6.5 before any of 2",
        "any of 2 before RA6.9",
    ]
    assert f'[id="c-RA6.9"]:is(:hover,:target)) .n{name["RA6.9"]}{{' in source


def test_links_lead_where_they_are_told_to() -> None:
    """With `link`, each competency is a link, its address escaped, and the picture is no longer one image."""
    framework = Framework("t", [Competency("a&b"), Competency("c")])
    root = _parsed(diagram.svg(framework, link=lambda c: f'?around="{c.identifier}"&steps=2'))

    assert root.get("role") == "group"
    assert [a.get("href") for a in root.iter(f"{SVG}a")] == ['?around="a&b"&steps=2', '?around="c"&steps=2']


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_is_enough_in_light_and_dark(colours: dict[str, str]) -> None:
    """Text has a contrast of 4.5 to 1 on all that it stands on, lines and frames one of 3 to 1."""
    for ground in ("paper", "band", "card"):
        assert min(_contrast(colours[name], colours[ground]) for name in ("ink", "quiet")) >= 4.5
        assert min(_contrast(colours[name], colours[ground]) for name in ("hard", "soft", "frame", "rim")) >= 3
    assert _contrast(colours["ink"], colours["joint"]) >= 4.5


@pytest.mark.parametrize("colour", sorted({*LIGHT.values(), *DARK.values()}))
def test_both_themes_are_in_the_file(colour: str) -> None:
    """Every colour is used, and the dark ones only where dark is preferred."""
    plain_part, _, dark_part = diagram.svg(Framework("t", [Competency("a")])).partition("prefers-color-scheme:dark")

    assert colour in (plain_part if colour in LIGHT.values() else dark_part)


@profile(200)
@given(st.text(max_size=80) | st.sampled_from(HOSTILE), st.integers(40, 200), st.integers(1, 4))
@example("", 40, 1)
def test_wrapped_text_stays_within_its_room(text: str, room: int, most: int) -> None:
    """No line is wider than its room, there are no more than asked for, and what fits is all there."""
    text = plain(text)
    lines = wrap(text, 12, room, most)

    assert len(lines) <= most
    assert all(width(line, 12) <= room for line in lines)
    if width(text, 12) <= room:
        assert lines == ([text] if text else [])
    if not lines or not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


# Mermaid, DOT, words.


@profile(120)
@given(frameworks())
def test_mermaid_has_every_competency_and_arrow(framework: Framework) -> None:
    """Each leaf, joint and arrow has its line, nothing else does, and labels hold no mark that Mermaid would read."""
    shown = drawing(framework)
    lines = [line.strip() for line in diagram.mermaid(framework).splitlines()]
    label = r"((?:[\w .,()/=+-]|<br/>|#\d+;)*)"
    nodes = [re.fullmatch(rf'n(\d+)(?:\["{label}"\]|\(\["{label}"\]\))', line) for line in lines]
    arrows = [re.fullmatch(r"n(\d+) (-->|-\. recommended \.->) n(\d+)", line) for line in lines]

    assert sorted(int(found[1]) for found in nodes if found) == [*range(len(shown.leaves) + len(shown.joints))]
    assert Counter((int(found[1]), int(found[3]), found[2] == "-->") for found in arrows if found) == Counter(
        (arrow.start, arrow.end, arrow.hard) for arrow in shown.arrows
    )
    for line, node, arrow in zip(lines[2:], nodes[2:], arrows[2:], strict=True):
        assert node or arrow or line == "end" or re.fullmatch(rf'subgraph g\d+\["{label}"\]', line), line
    assert lines.count("end") == sum(line.startswith("subgraph ") for line in lines)


@profile(120)
@given(frameworks())
def test_labels_read_as_they_were_written(framework: Framework) -> None:
    """What Mermaid and Graphviz make of the label of a competency is its code and statement, unchanged."""
    shown = drawing(framework)
    wanted = [f"{shown.name(leaf)} {shown.statement(leaf)}".strip() for leaf in range(len(shown.leaves))]
    boxes = re.findall(r'^ +n\d+\["(.*)"\]$', diagram.mermaid(framework), re.MULTILINE)
    read = [
        re.sub(r"#(\d+);", lambda found: chr(int(found[1])), box.replace("<br/>", " ")).replace("\u200b", "")
        for box in boxes
    ]
    labels = re.findall(r'^ +n\d+ \[label="(.*)", tooltip=', diagram.dot(framework), re.MULTILINE)
    meant = {"n": " ", "\\": "\\", '"': '"'}
    shown_by_dot = [html.unescape(re.sub(r"\\(.)", lambda found: meant[found[1]], label)) for label in labels]

    assert sorted(read) == sorted(wanted)
    assert sorted(text.replace(" ", "") for text in shown_by_dot) == sorted(text.replace(" ", "") for text in wanted)


@profile(120)
@given(frameworks())
def test_dot_has_every_competency_and_arrow(framework: Framework) -> None:
    """Each leaf, joint and arrow has its statement, soft ones dashed and named, and every string ends."""
    shown = drawing(framework)
    source = diagram.dot(framework)
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"', "S", source)
    nodes = re.findall(r"^ +n(\d+) \[", bare, re.MULTILINE)
    arrows = re.findall(r"^ +n(\d+) -> n(\d+)( \[style=dashed, arrowhead=vee, label=S\])?;$", bare, re.MULTILINE)

    assert '"' not in bare
    assert bare.count("{") == bare.count("}") == 1 + bare.count("subgraph ")
    assert sorted(map(int, nodes)) == [*range(len(shown.leaves) + len(shown.joints))]
    assert Counter((int(a), int(b), not soft) for a, b, soft in arrows) == Counter(
        (arrow.start, arrow.end, arrow.hard) for arrow in shown.arrows
    )


@profile(120)
@given(frameworks())
def test_the_words_say_all_that_the_picture_shows(framework: Framework) -> None:
    """Each competency is listed once, in its layer, with statement, what it needs, what is recommended, its group."""
    shown, found = drawing(framework), layout(drawing(framework).graph)
    blocks = diagram.text(framework).partition("\n\nGroups\n")[0].split("\n\n")[1:]
    headings = [block for block in blocks if "\n" not in block]
    entries = [block.split("\n") for block in blocks if "\n" in block]
    linked = [leaf for leaf in range(len(shown.leaves)) if leaf not in found.alone]
    order = sorted(linked, key=lambda leaf: (found.layer[leaf], leaf)) + list(found.alone)

    assert len(headings) == len({found.layer[leaf] for leaf in linked}) + bool(found.alone)
    assert [entry[0] for entry in entries] == [f"{shown.name(i)} {shown.statement(i)}".rstrip() for i in order]
    for leaf, (_, *told) in zip(order, entries, strict=True):
        identifier = shown.leaves[leaf].identifier
        asked = plain(framework.text(framework.requirement(identifier)))
        assert told[0] == f"    needs {asked or 'nothing'}"
        soft = any(not arrow.hard and arrow.end == leaf for arrow in shown.arrows)
        assert any(line.startswith("    recommended first") for line in told) >= soft
        assert any(line.startswith("    part of ") for line in told) == (identifier in framework.part_of)


# At the sizes that we promise.


@pytest.fixture(scope="module")
def coherence_map() -> Framework:
    if not COHERENCE_MAP.exists():
        pytest.skip(f"real data are absent: {COHERENCE_MAP.name}")
    return competencies.load(COHERENCE_MAP)


def test_the_pack_fits_and_says_its_statements() -> None:
    """The picture of 63 competencies holds every statement's beginning on cards that do not overlap."""
    framework = competencies.pack("fractions-to-proportions")
    source = diagram.svg(framework)
    _check_picture(framework, source, drawing(framework))

    assert "any of 2" in source
    assert "5 of 6 in FOPS" in source
    assert "recommended first, not needed" in source
    assert "in RREP" in source


def test_480_standards_are_drawn_whole_and_in_part(coherence_map: Framework) -> None:
    """The Coherence Map is drawn whole, by codes, with less than half the crossings; around one, with statements."""
    whole, near = drawing(coherence_map), drawing(coherence_map, "6.RP.A.2", 1)
    found = layout(whole.graph)
    source = diagram.svg(coherence_map, around="6.RP.A.2", steps=1)
    _check_picture(coherence_map, diagram.svg(coherence_map), whole)
    _check_picture(coherence_map, source, near)

    assert found.crossings < found.unordered / 2
    assert 1 + max(found.layer) == 31
    assert len(near.leaves) < 20
    assert "Understand the" in source
    assert len(re.findall(r'class="node centre', source)) == 1


# The command.


@pytest.fixture
def run(typed: Run) -> Run:
    """Type `mastery diagram ARGUMENTS`."""
    return partial(typed, "diagram")


@pytest.mark.parametrize("name", ["svg", "mermaid", "dot", "text"])
def test_the_command_prints_what_the_library_draws(run: Run, name: str) -> None:
    """`mastery diagram` prints the diagram byte for byte, whole or around one competency."""
    draw = getattr(diagram, name)
    framework = competencies.pack("fractions-to-proportions")
    pack = "fractions-to-proportions"

    assert run(pack, "--format", name) == (0, draw(framework), "")
    assert run(pack, "--format", name, "--around", "FR4.1", "--steps", "1")[1] == draw(
        framework, around="FR4.1", steps=1
    )


def test_the_command_writes_a_file(run: Run, tmp_path: Path) -> None:
    """With `--out` it writes the file, in UTF-8, and says how to get the same in words."""
    code, out, _ = run("fractions-to-proportions", "--out", "map.svg")

    assert code == 0
    assert (tmp_path / "map.svg").read_text("utf-8") == diagram.svg(competencies.pack("fractions-to-proportions"))
    assert "--format text" in out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("fractions-to-proportions", "--around", "FR4.11"), 1, "did you mean FR4.1"),
        (("fractions-to-proportion",), 1, "did you mean fractions-to-proportions"),
        (("fractions-to-proportions", "--out", "nowhere/map.svg"), 1, "cannot be written"),
        (("fractions-to-proportions", "--steps", "-1"), 2, "--steps"),
        (("fractions-to-proportions", "--format", "png"), 2, "--format"),
    ],
)
def test_the_command_refuses_with_a_reason(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    """What cannot be drawn or written is refused in one message, with its exit code."""
    got, _, errors = run(*arguments)

    assert got == code
    assert says in re.sub(r"\s+", " ", errors)
    assert "Traceback" not in errors


def test_steps_are_not_negative() -> None:
    """A neighbourhood of fewer than no steps is refused, and an unknown competency with the near miss."""
    framework = competencies.pack("fractions-to-proportions")
    with pytest.raises(ValueError, match="from 0 was wanted, got -1"):
        diagram.svg(framework, around="FR4.1", steps=-1)
    with pytest.raises(UnknownCompetency, match=r"did you mean FR4\.1"):
        diagram.text(framework, around="FR4.11")


def test_a_framework_without_arrows_or_competencies_is_drawn() -> None:
    """Nothing to join, or nothing at all, still makes each of the four diagrams."""
    for framework in (Framework("empty", []), Framework("alone", [Competency(f"c{n}") for n in range(120)])):
        _check_picture(framework, diagram.svg(framework), drawing(framework))
        assert diagram.mermaid(framework).startswith("flowchart TD\n")
        assert diagram.dot(framework).endswith("}\n")
        assert diagram.text(framework).startswith(framework.title)
