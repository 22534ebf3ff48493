"""`Rulebook`: a framework and a policy, compiled once for every learner. `Rule` is what holds for one competency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from attrs import field, frozen

from competencies import AmbiguousCode, Competency, Framework, Requirement, UnknownCompetency
from competencies.expansion import Expansion
from competencies.gate import bits
from mastery.checks import CheckRecord, CheckRule
from mastery.criteria import Criteria
from mastery.facts import MILLION
from mastery.models import MasteryModel, RunningModel, Tally
from mastery.policy import Policy
from mastery.retention import Lapse

__all__ = ["Rule", "Rulebook", "rulebook"]


@frozen(eq=False)
class Rule:
    """What a policy asks of one competency without parts; `bar` is `mastered_at` in millionths.

    `shares`: what confirms it also confirms what it cannot be reached without.
    """

    model: MasteryModel
    criteria: Criteria
    check: CheckRule
    blueprint_pass: float | None
    interval: timedelta | None
    lapse: Lapse
    shares: bool
    bar: int = field(init=False)
    checks_at_first: CheckRecord = field(init=False, repr=False)
    has_tally: bool = field(init=False, repr=False)

    @bar.default
    def _in_millionths(self) -> int:
        """The score from which a single piece is a good one."""
        return round(self.criteria.mastered_at * MILLION)

    @checks_at_first.default
    def _no_check_yet(self) -> CheckRecord:
        return CheckRecord.under(self.check, self.blueprint_pass)

    @has_tally.default
    def _runs(self) -> bool:
        return isinstance(self.model, RunningModel)  # asked once: the look is dear

    def checks(self) -> CheckRecord:
        """Return the record of a learner who has taken no check yet."""
        first = self.checks_at_first
        return CheckRecord(first.pass_mark, first.wait, first.cap, first.relearning)

    def tally(self) -> Tally | None:
        """Return the running estimate of no piece yet, where the model has one."""
        return self.model.tally() if self.has_tally else None  # type: ignore[attr-defined]

    @property
    def decides(self) -> bool:
        """Whether a failed check before credit decides status and step: a check is asked for or may be taken first."""
        return self.check.required or self.check.challenge


_NO_CHECK = CheckRule(required=False, wait_days=0)


@frozen(eq=False)
class Rulebook:
    """The compiled pair. By position of leaf: `leaves`, `rules`, `printed` names, `requirements` with those
    of the groups around.

    `refreshes[i]` holds the leaves that work on leaf i confirms too, `refreshed_by[i]` those whose work confirms i.
    `soft` expands the recommendations, `floors` masks the competencies that the policy keeps first, `warns` those
    whose lapse is said where something builds on them.
    """

    framework: Framework
    policy: Policy
    expansion: Expansion = field(init=False)
    leaves: tuple[Competency, ...] = field(init=False)
    rules: tuple[Rule, ...] = field(init=False)
    floors: int = field(init=False)
    warns: int = field(init=False)
    refreshes: tuple[tuple[int, ...], ...] = field(init=False)
    refreshed_by: tuple[tuple[int, ...], ...] = field(init=False)
    soft: Expansion = field(init=False)
    printed: tuple[str, ...] = field(init=False)
    requirements: tuple[Requirement, ...] = field(init=False)
    _by_name: dict[str, tuple[int, ...]] = field(init=False, factory=dict)
    _leaf_by_name: dict[str, int | None] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        put = object.__setattr__
        put(self, "expansion", self.framework.expansion)
        put(self, "leaves", self.framework.leaves)
        put(self, "soft", self.framework.recommended)
        put(self, "printed", tuple(self.framework.printed_name(name) for name in self.expansion.leaves))
        put(self, "requirements", tuple(self.framework.requirement(name) for name in self.expansion.leaves))
        self._refuse_unknown()
        put(self, "rules", tuple(self._rule(name) for name in self.expansion.leaves))
        put(self, "warns", sum(1 << i for i, rule in enumerate(self.rules) if rule.lapse is Lapse.WARN))
        put(self, "refreshes", tuple(self._refreshed(i, rule) for i, rule in enumerate(self.rules)))
        put(self, "refreshed_by", _turned(self.refreshes))
        put(
            self,
            "floors",
            self.expansion.mask_of(self.framework.competency(name).identifier for name in self.policy.floors),
        )

    def _refreshed(self, i: int, rule: Rule) -> tuple[int, ...]:
        """Return the leaves that work on leaf `i` confirms too: those that every way to it takes, if it shares that."""
        return tuple(bits(self.expansion.unavoidable[i])) if rule.shares else ()

    def _refuse_unknown(self) -> None:
        """Raise UnknownCompetency for a special rule about a competency that there is not, and never was."""
        for special in self.policy.special:
            for name in special.competency:
                if name not in self.framework.formerly:
                    self.framework.competency(name)

    def _rule(self, identifier: str) -> Rule:
        blueprint = self.framework.competency(identifier).check
        terms = self.policy.terms_of(self.framework, identifier)
        return Rule(
            terms.model,
            terms.criteria,
            terms.check or _NO_CHECK,
            None if blueprint is None else blueprint.pass_score,
            terms.retention.interval,
            terms.retention.lapse,
            terms.retention.refreshes_prerequisites,
        )

    def placement(self, name: str) -> tuple[int, ...]:
        """Return the positions of the leaves under a competency named by identifier or code; none if it is gone."""
        found = self._by_name.get(name)
        if found is None:
            found = self._by_name[name] = self._place(name)
        return found

    def leaf(self, name: str) -> int | None:
        """Return the position of a leaf named by identifier or code; None for a group or a name that is gone."""
        try:
            return self._leaf_by_name[name]
        except KeyError:
            known = name in self.framework and len(self.placement(name)) == 1 and not self.framework.parts(name)
            found = self._leaf_by_name[name] = self.placement(name)[0] if known else None
            return found

    def places(self, name: str) -> tuple[int, ...]:
        """Return the positions at which evidence on `name` counts: its own, or those of the leaves that succeed it."""
        i = self.leaf(name)
        if i is not None:
            return (i,)
        successors = (self.leaf(successor) for successor in self.framework.formerly.get(name, ()))
        return tuple(sorted({j for j in successors if j is not None}))

    def _place(self, name: str) -> tuple[int, ...]:
        try:
            identifiers: tuple[str, ...] = (self.framework.competency(name).identifier,)
        except (UnknownCompetency, AmbiguousCode):
            identifiers = self.framework.formerly.get(name, ())
        return tuple(bits(self.expansion.mask_of(identifiers)))


def _turned(refreshes: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    by: list[list[int]] = [[] for _ in refreshes]
    for i, found in enumerate(refreshes):
        for j in found:
            by[j].append(i)
    return tuple(map(tuple, by))


@lru_cache(maxsize=64)
def rulebook(framework: Framework, policy: Policy) -> Rulebook:
    """Return the rulebook of a framework and a policy; equal pairs share one."""
    return Rulebook(framework, policy)
