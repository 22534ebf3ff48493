"""That names and files are only how a framework is told."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from attrs import evolve

from competencies.framework import Framework
from competencies.knowledge_space import State, inner_fringe, outer_fringe
from competencies.requirement import rename
from competencies.testing.events import Broken, framework_events
from competencies.testing.laws.spaces import Fringe
from competencies.testing.laws.ways import Ways, ways_of

__all__ = ["names_do_not_matter", "relabelled", "round_trip"]

File = TypeVar("File")
_NOTHING = frozenset[str]()


def relabelled(framework: Framework, new_names: Mapping[str, str]) -> Framework:
    """Return the framework with other identifiers, and all else as it is."""
    new = new_names.__getitem__
    return evolve(
        framework,
        competencies=[evolve(one, identifier=new(one.identifier)) for one in framework.competencies],
        requires={new(name): rename(needs, new) for name, needs in framework.requires.items()},
        recommends={new(name): rename(needs, new) for name, needs in framework.recommends.items()},
        part_of={new(part): new(group) for part, group in framework.part_of.items()},
        formerly={former: tuple(map(new, names)) for former, names in framework.formerly.items()},
    )


def names_do_not_matter(
    framework: Framework,
    state: State = _NOTHING,
    *,
    new_names: Mapping[str, str] | None = None,
    outer_fringe: Fringe = outer_fringe,
    inner_fringe: Fringe = inner_fringe,
    ways: Ways = ways_of,
) -> Counter[str]:
    """Under other identifiers requirements, fringes and ways are the same ones under these, and in the same order."""
    new = dict(new_names or _backwards(framework))
    other = relabelled(framework, new)

    def answers(framework: Framework, state: State, told: Callable[[str], str]) -> dict[str, Any]:
        found: dict[str, Any] = {
            f"{which} fringe": {told(name) for name in fringe(framework, state)}
            for which, fringe in (("outer", outer_fringe), ("inner", inner_fringe))
        }
        for leaf in framework.expansion.leaves:
            found[f"requirement of {told(leaf)}"] = rename(framework.requirement(leaf), told)
            sets, more = ways(framework, leaf, state, 5)
            found[f"ways to {told(leaf)}"] = ([{*map(told, way)} for way in sets], more)
        return found

    wanted = answers(framework, state, new.__getitem__)
    got = answers(other, frozenset(map(new.__getitem__, state)), str)
    for what, answer in wanted.items():
        if got[what] != answer:
            case = {"framework": framework, "new_names": new, "state": set(state), "asked": what}
            raise Broken(names_do_not_matter, **case, wanted=answer, got=got[what])
    several = sum(isinstance(answer, tuple) and len(answer[0]) > 1 for answer in wanted.values())
    return Counter(cases=1, several_ways=several) + framework_events(framework)


def _backwards(framework: Framework) -> dict[str, str]:
    """Return other names, whose alphabetical order is the framework order backwards."""
    names = [competency.identifier for competency in framework.competencies]
    prefix = "n"
    while any(competency.code.startswith(prefix) for competency in framework.competencies):
        prefix += "n"
    return {name: f"{prefix}{len(names) - n:06}" for n, name in enumerate(names)}


def round_trip(
    framework: Framework, load: Callable[[File], Framework], dump: Callable[[Framework], File]
) -> Counter[str]:
    """What was written of a framework is read back as an equal one."""
    back = load(dump(framework))
    if back != framework:
        raise Broken(round_trip, framework=framework, back=back)
    return Counter(cases=1) + framework_events(framework)
