"""What comes in a row: the longest chain of prerequisites on a path, and how long it takes at a learner's own pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from competencies.gate import Gate, bits
from mastery.planning.pace.rate import MOST_DAYS

__all__ = ["Work", "days_in_a_row"]


@frozen(eq=False)
class Work:
    """What is to be met, in an order that works: leaves, the gate of each, and the mask of what is `met` today.

    `heads` counts for each the rounds to its own: 1 for what can be begun today, one more than what first opens it
    else. No row is longer than the highest. `tails` counts what has to follow it in a row, itself included, whatever
    is done first. Raises ValueError for an order in which a leg comes before what it needs.
    """

    legs: tuple[int, ...]
    gates: Mapping[int, Gate]
    met: int
    heads: Mapping[int, int] = field(init=False)
    tails: Mapping[int, int] = field(init=False)
    followers: Mapping[int, Sequence[int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        state = self.met
        for i in self.legs:
            if not self.gates[i].met(state):
                raise ValueError(f"legs: an order that works was wanted; leg {i} comes before what it needs")
            state |= 1 << i

    @heads.default
    def _rounds(self) -> Mapping[int, int]:
        heads: dict[int, int] = {}
        state, left, number = self.met, list(self.legs), 0
        while left:
            number += 1
            opened = [i for i in left if self.gates[i].met(state)]
            if not opened:
                raise ValueError(f"legs: an order that works was wanted; nothing opens {left}")
            for i in opened:
                heads[i] = number
                state |= 1 << i
            left = [i for i in left if i not in heads]
        return heads

    @followers.default
    def _mentioned_by(self) -> Mapping[int, Sequence[int]]:
        """By leg, the legs whose requirement mentions it."""
        after: dict[int, list[int]] = {i: [] for i in self.legs}
        for j in self.legs:
            for i in bits(self.gates[j].mask):
                if i in after:
                    after[i].append(j)
        return after

    @tails.default
    def _to_the_end(self) -> Mapping[int, int]:
        every = self.met
        for i in self.legs:
            every |= 1 << i
        tails = dict.fromkeys(self.legs, 1)
        for j in reversed(self.legs):
            gate = self.gates[j]
            for i in bits(gate.mask & every & ~self.met):
                if tails[j] >= tails[i] and not gate.met(every & ~(1 << i)):
                    tails[i] = tails[j] + 1
        return tails

    @property
    def longest(self) -> int:
        """How many legs have to be met one after the other, at least."""
        return max(self.heads.values(), default=0)

    def chain(self) -> tuple[int, ...]:
        """Return a longest row, first leg first: each the first of those that are the last to open the next.

        Of rows that are equally long the one that ends last on the path.
        """
        if not self.legs:
            return ()
        last = max(reversed(self.legs), key=self.heads.__getitem__)
        row = [last]
        while self.heads[row[-1]] > 1:
            head, mask = self.heads[row[-1]], self.gates[row[-1]].mask
            row.append(next(i for i in self.legs if mask >> i & 1 and self.heads[i] == head - 1))
        return tuple(reversed(row))


def days_in_a_row(chances: Iterable[Fraction], own: Sequence[int], links: int) -> tuple[int | None, ...]:
    """Return, for each of `chances`, the fewest days within which `links` in a row take no more with that chance.

    Each link takes as many days as one of `own` (whole days, 0 or more), each of them equally likely and whatever the
    others took. The sum is exact: the generating function of `own`, as whole numbers packed into one (Kronecker
    1882), to the power of `links`. None where that is more than MOST_DAYS. Raises ValueError for no link or none of
    the learner's own.
    """
    if links < 1 or not own or min(own) < 0:
        raise ValueError(f"own, links: days from 0 and links from 1 were wanted, got {list(own)!r} and {links!r}")
    ways = len(own) ** links
    width = ways.bit_length() // 8 + 1  # bytes: a sum of `links` in each
    looked_at = (1 << (MOST_DAYS + 1) * width * 8) - 1
    once = sum(count << days * width * 8 for days, count in Counter(own).items() if days <= MOST_DAYS)
    packed = _power(once, links, looked_at).to_bytes((MOST_DAYS + 1) * width, "little")
    return tuple(_fewest(packed, width, chance * ways) for chance in chances)


def _power(base: int, exponent: int, looked_at: int) -> int:
    found = 1
    while exponent:
        if exponent & 1:
            found = found * base & looked_at
        exponent >>= 1
        base = base * base & looked_at if exponent else base
    return found


def _fewest(packed: bytes, width: int, wanted: Fraction) -> int | None:
    total = 0
    for days in range(MOST_DAYS + 1):
        total += int.from_bytes(packed[days * width : (days + 1) * width], "little")
        if total >= wanted:
            return days
    return None
