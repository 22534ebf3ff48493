"""Reading an export back: into an empty store as it was, or to be merged into one that lives by the same rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from competencies import Framework
from mastery.adoption import lived_by
from mastery.errors import AdoptionConflict, FactError, ImportFault, StoreError
from mastery.export_format import FORMAT, VERSION, Digest, adoption_of, fact_of, parsed
from mastery.facts import Fact
from mastery.policy import Policy
from mastery.store.protocol import Adoption
from mastery.watch import Watch, unwatched, watched

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["Export", "read_export", "restore"]

_MOST_FAULTS = 50
_AT_ONCE = 5_000


@frozen
class Export:
    """What an export holds: the adoptions and facts of a store, or (`learner`) one learner's facts."""

    learner: str | None
    adoptions: tuple[Adoption, ...]
    facts: tuple[Fact, ...]

    def rules(self) -> tuple[Framework, Policy]:
        """Return the framework and policy that the store lived by; raises ImportFault where they cannot be read."""
        try:
            return lived_by(self.adoptions)
        except StoreError as fault:
            raise ImportFault("Nothing was imported", [str(fault)]) from None

    def refuse_other_rules(self, framework: Framework, policy: Policy) -> None:
        """Raise AdoptionConflict unless the store that was exported lived by the same framework and policy."""
        theirs = self.rules()
        for what, one, other in (
            ("framework", theirs[0].version, framework.version),
            ("policy", theirs[1].version, policy.version),
        ):
            if one != other:
                raise AdoptionConflict(
                    f"This export comes from a store that lives by another {what} (version {one}) than this one "
                    f"(version {other}), and nothing was recorded. Import it into a database of its own, or first "
                    f"adopt the same {what} here (`mastery publish {what} FILE`)."
                )


def restore(lines: Iterable[str], store: Store, *, watch: Watch = unwatched) -> int:
    """Make an empty store what was exported, in one transaction, and return how many facts it has now.

    `Engine.merge` takes an export into a store that has facts of its own. Raises ImportFault, with its line, for
    every fault of a file that is damaged or was edited, and StoreError for a store that is not empty.
    """
    export = read_export(watched(lines, watch, "reading lines"))
    export.rules()
    with store.writing():
        if store.position() or store.editions():
            raise StoreError(
                "An empty store was wanted to restore an export into, and this one has facts or rules of its own. "
                "Give another one, or merge the export into it: Engine.merge(lines), or `mastery import FILE`."
            )
        for adoption in export.adoptions:
            store.adopt(adoption)
        for start in range(0, len(export.facts), _AT_ONCE):
            watch("recording facts", start, len(export.facts))
            store.append(export.facts[start : start + _AT_ONCE])
        watch("recording facts", len(export.facts), len(export.facts))
    return len(export.facts)


def read_export(lines: Iterable[str]) -> Export:
    """Return what the lines of an export hold; raises ImportFault with every fault, each with its line."""
    reader = _Reader()
    for line in lines:
        reader.number += 1
        if line.strip():
            reader.take(line)
    return reader.finished()


@define
class _Reader:
    """Reads line by line. `lines` are the keys of the facts so far, with the line of each."""

    number: int = 0
    learner: str | None = None
    begun: bool = False
    ended: bool = False
    digest: Digest = field(factory=Digest)
    adoptions: list[Adoption] = field(factory=list)
    facts: list[Fact] = field(factory=list)
    lines: dict[str, int] = field(factory=dict)
    faults: list[str] = field(factory=list)
    count: int = 0
    unreadable: int = 0

    def fault(self, message: str) -> None:
        """Note what is wrong with this line."""
        self.count += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(f"line {self.number}: {message}")

    def take(self, line: str) -> None:
        """Take one line that is not empty."""
        value = parsed(line if self.begun else line.removeprefix("\ufeff"))
        if self.ended:
            self.fault("nothing more was wanted after the last line of the export: take it away")
        elif not self.begun:
            self._take_head(value)
        elif isinstance(value, dict) and "end" in value:
            self._take_end(value["end"])
            return
        elif isinstance(value, dict):
            self._take_entry(value)
        else:
            self.unreadable = self.number
            self.fault(value if isinstance(value, str) else f"a JSON object was wanted, got {type(value).__name__}")
        self.digest.add(line.removeprefix("\ufeff"))

    def _take_head(self, value: object) -> None:
        self.begun = True
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            wanted = f'the first line of an export was wanted, with "format": "{FORMAT}"'
            raise ImportFault("Nothing was imported", [f"line {self.number}: {wanted}: this is another file"])
        if value.get("version") != VERSION:
            came = f"an export of version {VERSION} was wanted, got version {value.get('version')!r}"
            raise ImportFault("Nothing was imported", [f"line {self.number}: {came}: read it with a newer mastery"])
        learner = value.get("learner")
        if learner is not None and not isinstance(learner, str):
            self.fault(f"learner: a learner or null was wanted, got {learner!r}")
        else:
            self.learner = learner

    def _take_entry(self, value: dict[str, Any]) -> None:
        try:
            if "adoption" in value:
                if self.facts:
                    self.fault("adoptions were wanted before the facts only")
                self.adoptions.append(adoption_of(value))
            else:
                self._take_fact(fact_of(value))
        except FactError as fault:
            for one in fault.faults:
                self.fault(one)

    def _take_fact(self, fact: Fact) -> None:
        if fact.key in self.lines:
            self.fault(f"the key {fact.key!r} was wanted once, and is on line {self.lines[fact.key]} already")
        if self.learner is not None and fact.learner != self.learner:
            self.fault(f"facts of {self.learner!r} alone were wanted, as line 1 says, got one of {fact.learner!r}")
        self.lines[fact.key] = self.number
        self.facts.append(fact)

    def _take_end(self, end: object) -> None:
        self.ended = True
        came = {"adoptions": len(self.adoptions), "facts": len(self.facts)}
        if not isinstance(end, dict):
            self.fault(f"end: counts and a digest were wanted, got {type(end).__name__}")
            return
        if self.count:
            return  # what is wrong was told line by line
        for what, n in came.items():
            if end.get(what) != n:
                self.fault(f"{end.get(what)} {what} were exported and {n} are here: lines are missing or were added")
        if not self.count and end.get("digest") != self.digest.text():
            self.fault("the lines above are not those that were exported: somebody has changed them")
        kinds = {adoption.kind for adoption in self.adoptions}
        if not self.count and len(kinds) < 2:
            self.fault("the adoption of a framework and of a policy were wanted, and they are not both here")

    def finished(self) -> Export:
        """Return what was read, or raise ImportFault."""
        if not self.ended:
            self._note_cut()
        if self.count:
            more = self.count - len(self.faults)
            what = "Nothing was imported: this export is damaged or was edited, so export it again"
            count = "" if self.count == 1 else f" ({self.count} faults)"
            raise ImportFault(what + count, [*self.faults, *([f"and {more} more"] if more else [])])
        return Export(self.learner, tuple(self.adoptions), tuple(self.facts))

    def _note_cut(self) -> None:
        if self.unreadable == self.number and self.faults and self.count <= _MOST_FAULTS:
            self.faults.pop()  # the last line was cut in two: that is what is wrong with it
            self.count -= 1
        self.fault("the file ends here, before the last line of the export: it was cut off")
        if not self.begun:
            self.faults = ["line 1: the first line of an export was wanted, and this is empty"]
