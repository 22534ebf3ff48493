"""Requirements and frameworks with other words in the place of some: to plant faults, and to leave out alternatives."""

from collections.abc import Callable

from competencies import All, Any, AtLeast, Framework, Needs, Requirement, Share

__all__ = ["conjunctive", "rewritten", "strict"]


def rewritten(requirement: Requirement, node: Callable[[Requirement], Requirement]) -> Requirement:
    """The requirement with each expression in it replaced, innermost first."""
    if isinstance(requirement, Needs | Share):
        return node(requirement)
    parts = list(dict.fromkeys(rewritten(part, node) for part in requirement.parts))
    if isinstance(requirement, AtLeast):
        return node(AtLeast(min(requirement.k, len(parts)), parts))
    return node(All(parts) if isinstance(requirement, All) else Any(parts))


def strict(requirement: Requirement) -> Requirement:
    """The requirement with every alternative turned into a must."""

    def must(node: Requirement) -> Requirement:
        if isinstance(node, Needs):
            return node
        return Needs(node.group) if isinstance(node, Share) else All(node.parts)

    return rewritten(requirement, must)


def conjunctive(framework: Framework) -> Framework:
    """The framework with every alternative turned into a must, and without recommendations."""
    requires = {name: strict(needs) for name, needs in framework.requires.items()}
    return Framework(framework.title, framework.competencies, requires, part_of=framework.part_of)
