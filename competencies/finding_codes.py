"""What a review can find: each code with its severity, its heading, and what to do about it."""

from collections.abc import Iterable

from attrs import evolve, frozen

from competencies.draft import Finding, Severity

__all__ = ["CODES", "Code", "finding", "rank", "with_todo"]


@frozen
class Code:
    """What is said of every finding of one code."""

    severity: Severity
    heading: str
    todo: str


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

CODES: dict[str, Code] = {
    "identifier-doubled": Code(
        _ERROR, "Identifiers used twice", "give each its own identifier, or take the repetition away"
    ),
    "code-taken": Code(
        _ERROR, "Codes that are the identifier of another competency", "give one of the two another name"
    ),
    "dangling": Code(
        _ERROR, "Names that are no competency", "add the competency, correct the name, or take the mention away"
    ),
    "code-ambiguous": Code(
        _ERROR, "Codes that could mean several competencies", "name the one that is meant by its identifier"
    ),
    "named-twice": Code(_ERROR, "Competencies given twice, under two names", "keep one of the two"),
    "former-name-taken": Code(
        _ERROR,
        "Former names that are still in use",
        "take the former name away, or give the competency a new identifier",
    ),
    "outline-circle": Code(_ERROR, "Groups that are inside themselves", "take one of these out of its group"),
    "requirement-unreadable": Code(_ERROR, "Requirements that cannot be read", "write the requirement anew"),
    "share-without-parts": Code(
        _ERROR, "Shares of something without parts", "name a group, or require the competency itself"
    ),
    "self-loop": Code(_ERROR, "Competencies that need themselves", "take this prerequisite away"),
    "cycle": Code(_ERROR, "Circles of prerequisites, shortest first", "take one of these prerequisites away"),
    "tangle": Code(
        _ERROR, "How far the circles reach", "begin with the shortest circle, then review again: one cut may open many"
    ),
    "group-never-opens": Code(
        _ERROR, "Groups that can never open or be met", "take the prerequisite away, or take the part out of the group"
    ),
    "empty": Code(_WARNING, "Nothing to learn", "add competencies"),
    "code-doubled": Code(
        _WARNING, "Codes used more than once", "give each its own code; until then only identifiers tell them apart"
    ),
    "prerequisite-doubled": Code(_WARNING, "Prerequisites said twice", "say it once"),
    "soft-and-hard": Code(
        _WARNING, "Required and recommended both", "take the recommendation away: what is required comes first anyway"
    ),
    "recommendation-circle": Code(
        _WARNING, "Recommendations that run in a circle", "take one of these away: together they advise no order"
    ),
    "no-prerequisites": Code(
        _WARNING, "Nothing comes before anything", "say what comes first, or every competency can be started at once"
    ),
    "orphan": Code(
        _WARNING, "Competencies tied to no other", "say what each needs or is needed for, or leave it to stand alone"
    ),
    "long-chain": Code(
        _WARNING, "Chains longer than is teachable", "look for links that only advise, and recommend those instead"
    ),
    "statement-missing": Code(_WARNING, "Competencies without a statement", "say in a sentence what a learner can do"),
    "redundant": Code(
        _NOTE,
        "Prerequisites that are implied already",
        "take it away, unless it is to hold even for a learner who is granted what implies it",
    ),
    "levels-joined": Code(
        _NOTE,
        "Requirements that join levels of the outline",
        "nothing, if it is meant: to need a group is to need all its parts",
    ),
    "descriptor-missing": Code(
        _NOTE, "Levels without words", "describe what work at each level looks like, so that people judge alike"
    ),
}
"""Every code of ours, in the order in which findings of one severity are listed."""

_PLACES = {code: place for place, code in enumerate(CODES)}
_READERS = {
    "case-association-type": "nothing: an association of a type of its own is kept and not used",
    "case-child-doubled": "take the repetition away",
    "case-dangling": "add the missing item to the package, or leave it: such an association is kept and not used",
    "case-extension-unreadable": "write the package again from its source, or take the extension away",
    "case-item-doubled": "take the repetition away",
    "case-item-unreadable": "give the item an identifier",
    "case-precedes-doubled": "take the repetition away",
    "case-replaced": "publish the edition after it: evidence and credit go on to what replaces it",
    "case-retired": "keep it while learners have evidence for it, or leave it out of the next edition",
    "case-second-parent": "choose one parent; a competency is part of one group",
    "case-wrong-type": "write the value in the type that CASE asks for; it is kept as it is",
    "table-cell": "correct the cell",
    "table-column": "rename the column, or leave it: columns of your own are kept",
    "table-name": "add the competency, correct the name, or take the mention away",
}


def finding(code: str, message: str, about: Iterable[str] = (), todo: str = "") -> Finding:
    """Return a finding of ours; what to do is what the code says, unless more can be said."""
    return Finding(code, CODES[code].severity, message, tuple(dict.fromkeys(about)), todo or CODES[code].todo)


def with_todo(found: Finding) -> Finding:
    """Return a reader's finding with what to do about it."""
    needed = found.severity is _ERROR
    other = "correct it in the file" if needed else "look at it in the file; the framework can be used as it is"
    return found if found.todo else evolve(found, todo=_READERS.get(found.code, other))


def rank(found: Finding) -> tuple[int, int, str]:
    """Return where a finding stands: errors first, and what readers said before what a review finds."""
    place = _PLACES.get(found.code, -1)
    return list(Severity).index(found.severity), place, found.code if place < 0 else ""
