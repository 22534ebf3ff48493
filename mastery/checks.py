"""Knowledge checks and retakes: which attempt decides, and when the next one may be taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, field, frozen

from competencies.printing import Printed
from mastery.facts import MILLION, Evidence
from mastery.settings import between, count_or_none, number, number_or_none, optional, truth, whole

__all__ = ["CheckRecord", "CheckRule"]

DEFAULT_PASS_SCORE = 0.8


@frozen(repr=False)
class CheckRule(Printed):
    """What a policy asks of knowledge checks.

    A check is passed at `pass_score` (0..1); None takes the competency's own blueprint, else .8. `required` False
    makes the check an offer. After a failed attempt the next opens `wait_days` later; `cap` failed attempts end the
    retakes (None: no cap); `relearning` asks for a formative piece of at least this score since the failed attempt.
    With `challenge` a check may be taken first, and a pass then suffices.
    """

    pass_score: float | None = field(default=None, converter=number_or_none, validator=optional(between(1e-6, 1)))
    wait_days: float = field(default=1.0, converter=number, validator=between(0, 3650))
    cap: int | None = field(default=None, converter=count_or_none, validator=optional(whole(1)))
    relearning: float | None = field(default=None, converter=number_or_none, validator=optional(between(0, 1)))
    challenge: bool = field(default=False, validator=truth)
    required: bool = field(default=True, validator=truth)


@define
class CheckRecord:
    """One learner's checks on one competency so far. Every fail counts; a pass counts when it was open to be taken.

    `last` is True for a pass, False for a fail, None before any decisive check; `fails` counts those since the last
    pass; `opens` is when the next may be taken after a fail; `invalid` lists passes that count neither way, and why.
    """

    pass_mark: int
    wait: timedelta
    cap: int | None
    relearning: int | None
    last: bool | None = None
    fails: int = 0
    opens: datetime | None = None
    failed_at: datetime | None = None
    passed_at: datetime | None = None
    relearnt_at: datetime | None = None
    passed_key: str = ""
    invalid: list[tuple[Evidence, str]] = field(factory=list)

    @classmethod
    def under(cls, rule: CheckRule, blueprint_pass: float | None) -> "CheckRecord":
        """Return the empty record under a rule and the pass score of a competency's blueprint."""
        score = rule.pass_score or blueprint_pass or DEFAULT_PASS_SCORE
        relearning = None if rule.relearning is None else round(rule.relearning * MILLION)
        return cls(round(score * MILLION), timedelta(days=rule.wait_days), rule.cap, relearning)

    def relearn(self, piece: Evidence) -> None:
        """Note a formative piece: it may be the relearning asked for after a fail."""
        if self.relearning is not None and piece.millionths is not None and piece.millionths >= self.relearning:
            self.relearnt_at = piece.observed_at

    @property
    def wants_relearning(self) -> bool:
        """Whether relearning is asked for and has not been seen since the last fail."""
        if self.relearning is None or self.failed_at is None:
            return False
        return self.relearnt_at is None or self.relearnt_at <= self.failed_at

    @property
    def is_used_up(self) -> bool:
        """Whether the cap on failed attempts is reached."""
        return self.cap is not None and self.fails >= self.cap

    def take(self, now: datetime, attempts: Sequence[Evidence]) -> bool:
        """Take the scored checks of one instant, fails first; return whether a valid pass was among them."""
        passes = [piece for piece in attempts if (piece.millionths or 0) >= self.pass_mark]
        failed = len(passes) < len(attempts)
        if failed:
            self.last = False
            self.fails += len(attempts) - len(passes)
            self.failed_at = now
            self.opens = now + self.wait
        valid = False
        for piece in passes:
            fault = "a check was failed at the same moment" if failed else self._fault(now)
            if fault:
                self.invalid.append((piece, fault))
                continue
            valid = True
            self.last, self.fails, self.opens = True, 0, None
            self.passed_at, self.passed_key = now, piece.key
        return valid

    def _fault(self, now: datetime) -> str:
        if self.opens is not None and now < self.opens:
            return f"it was taken before the retake opened ({self.opens:%Y-%m-%d %H:%M} UTC)"
        if self.is_used_up:
            return f"all {self.cap} attempts were used"
        if self.wants_relearning:
            return "the relearning asked for after the failed check was missing"
        return ""
