"""Drafts for the tests of reviews: drawn ones, sound or broken, and real prerequisite graphs that may be broken."""

import csv

import networkx
from hypothesis import strategies as st
from real import wanted

from competencies import All, Any, AtLeast, Competency, Draft, Needs, Requirement, Share
from competencies.expansion import expand
from competencies.requirement import normal

__all__ = ["acyclic", "broken", "junyi", "khan", "leaf_graph", "one_by_one", "outlined", "sound", "wanted"]

NAMES = ("a", "b", "c", "d", "e", "f")


def _exercises(path: str, name: str, statement: str) -> Draft:
    with wanted(path).open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    needs = {row[name]: row["prerequisites"].replace("|", ",").split(",") for row in rows if row["prerequisites"]}
    return Draft(
        path,
        [Competency(row[name], statement=row[statement]) for row in rows],
        requires={own: All([Needs(other.strip()) for other in others]) for own, others in needs.items()},
    )


def khan() -> Draft:
    """1,542 exercises of 2014, with prerequisites that are no exercises."""
    return _exercises("prereq/khan/exercises.csv", "id", "title")


def junyi() -> Draft:
    """837 exercises, with circles."""
    return _exercises("prereq/junyi/junyi_Exercise_table.csv", "name", "pretty_display_name")


def leaf_graph(draft: Draft) -> networkx.DiGraph:
    """The graph of leaves of a draft whose names are all identifiers: an edge from each to all that it mentions."""
    requires = {name: needs for name, needs in draft.requires.items() if not isinstance(needs, str)}
    expansion = expand([c.identifier for c in draft.competencies], draft.part_of, requires)
    graph = networkx.DiGraph()
    graph.add_nodes_from(expansion.leaves)
    for leaf, needs in zip(expansion.leaves, expansion.needs, strict=True):
        graph.add_edges_from((leaf, expansion.leaves[j]) for j in needs)
    return graph


def _requirement(
    draw: st.DrawFn, names: list[str], groups: list[str], depth: int = 2, *, tidy: bool = False
) -> Requirement:
    kind = draw(st.sampled_from(["needs", "needs", "share", "all", "any", "some"] if depth else ["needs"]))
    if kind == "share" and groups:
        return Share(draw(st.sampled_from([50, 100])), draw(st.sampled_from(groups)))
    if kind in ("needs", "share"):
        return Needs(draw(st.sampled_from(names)))
    parts = [_requirement(draw, names, groups, depth - 1, tidy=tidy) for _ in range(draw(st.integers(1, 3)))]
    parts = [normal(part) for part in parts] if tidy else parts
    if kind == "all":
        return All(parts)
    distinct = list(dict.fromkeys(parts))
    return Any(distinct) if kind == "any" else AtLeast(draw(st.integers(1, len(distinct))), distinct)


@st.composite
def outlined(draw: st.DrawFn) -> Draft:
    """Up to six competencies in a forest, all names known; prerequisites may run in circles."""
    names = list(NAMES[: draw(st.integers(1, 6))])
    part_of = {}
    for n, name in enumerate(names):
        if n and draw(st.sampled_from([False, True, False])):
            part_of[name] = names[draw(st.integers(0, n - 1))]
    groups = sorted(set(part_of.values()))
    requires = {name: _requirement(draw, names, groups, tidy=True) for name in names if draw(st.booleans())}
    order = draw(st.permutations(names))
    return Draft("drawn", [Competency(name) for name in order], requires=requires, part_of=part_of)


@st.composite
def sound(draw: st.DrawFn) -> Draft:
    """Up to eight competencies, some of them in groups, that need only what comes before; it can be built."""
    earlier, groups = list[str](), list[str]()
    order, requires, part_of = list[str](), dict[str, Requirement](), dict[str, str]()
    while len(order) < 8 and (not order or draw(st.sampled_from([True, True, True, False]))):
        size = draw(st.sampled_from([0, 2, 0, 3, 1]))
        names = [f"n{len(order) + n}" for n in range(size + 1)]
        part_of |= dict.fromkeys(names[1:], names[0])
        for name in names:
            if earlier and draw(st.sampled_from([True, True, False])):
                parts = [_requirement(draw, earlier, groups, 1, tidy=True) for _ in range(draw(st.integers(1, 3)))]
                requires[name] = All(parts)
        order += names
        earlier += names
        groups += names[:1] if size else []
    return Draft("drawn", [Competency(name) for name in order], requires=requires, part_of=part_of)


@st.composite
def acyclic(draw: st.DrawFn) -> Draft:
    """Up to eight competencies without parts, each of which needs all of some earlier ones."""
    names = [f"n{n}" for n in range(draw(st.integers(1, 8)))]
    earlier = {n: draw(st.lists(st.sampled_from(names[:n]), unique=True)) for n in range(1, len(names))}
    requires = {names[n]: All([Needs(other) for other in needs]) for n, needs in earlier.items() if needs}
    return Draft("drawn", [Competency(name) for name in names], requires=requires)


@st.composite
def broken(draw: st.DrawFn) -> Draft:
    """Drafts with, now and then, everything wrong that can be."""
    names = draw(st.lists(st.sampled_from(NAMES[:4]), min_size=1, max_size=4))
    names = draw(st.sampled_from([names, list(dict.fromkeys(names))]))
    codes = st.sampled_from(["", "", "", "X", "Y", "a"])
    competencies = [Competency(name, code=draw(codes)) for name in names]
    usual = sorted({*names, *(c.code for c in competencies if c.code)})
    mentioned = draw(st.sampled_from([usual, usual, [*usual, "zz"]]))

    def needs() -> Requirement | str:
        strange = draw(st.sampled_from(["", "", "", "a; a", "(a or a)", "a; (", "deep"]))
        if strange == "deep":
            nested: Requirement = Needs("a")
            for _ in range(draw(st.sampled_from([3, 60]))):
                nested = All([nested])
            return nested
        return strange or _requirement(draw, mentioned, mentioned)

    pairs = st.dictionaries(st.sampled_from(mentioned), st.sampled_from(mentioned), max_size=2)
    return Draft(
        "drawn",
        competencies,
        requires={name: needs() for name in draw(st.lists(st.sampled_from(mentioned), max_size=2))},
        recommends={name: needs() for name in draw(st.lists(st.sampled_from(mentioned), max_size=1))},
        part_of=draw(pairs),
        formerly=draw(st.sampled_from([{}, {}, {}, {"old": (mentioned[-1],)}, {"a": ("a",)}])),
    )


def one_by_one(draft: Draft) -> int:
    """How many rounds it takes to learn everything, when each round takes all that is open."""
    framework = draft.framework()
    known, rounds = 0, 0
    gates = framework.expansion.gates
    while known.bit_count() < len(gates):
        known |= sum(1 << i for i, gate in enumerate(gates) if not known >> i & 1 and gate.met(known))
        rounds += 1
    return rounds
