"""Requirements compiled to bit masks over competencies without parts: `Gate.met` and the minimal ways to open it.

A state is an int whose bit i stands for leaf i of the framework. Every requirement becomes one normal form: a mask of
leaves that are all needed, and choices, each asking at least k of some smaller gates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import field, frozen

__all__ = ["OPEN", "Choice", "Gate", "bits"]


def bits(mask: int) -> Iterator[int]:
    """Yield the indices of the bits set in `mask`, smallest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _in_order(way: int) -> tuple[int, tuple[int, ...]]:
    return way.bit_count(), tuple(bits(way))


@frozen
class Choice:
    """At least `k` of `parts`."""

    k: int
    parts: tuple[Gate, ...]

    def met(self, state: int) -> bool:
        """Return whether at least `k` parts are met."""
        count = 0
        for part in self.parts:
            count += part.met(state)
        return count >= self.k

    def open_without(self, spared: Sequence[int], every: int) -> int:
        """Return the leaves without which at least `k` parts are still met: counting, for all leaves at once."""
        at_least = [every] + [0] * self.k
        for part in self.parts:
            met = part.open_without(spared, every)
            for count in range(self.k, 0, -1):
                at_least[count] |= at_least[count - 1] & met
        return at_least[self.k]


@frozen
class Gate:
    """All leaves of the mask `every`, and every one of `choices`. `mask` holds all leaves mentioned."""

    every: int = 0
    choices: tuple[Choice, ...] = ()
    mask: int = field(init=False, eq=False, repr=False)

    @mask.default
    def _all_mentioned(self) -> int:
        mask = self.every
        for choice in self.choices:
            for part in choice.parts:
                mask |= part.mask
        return mask

    def met(self, state: int) -> bool:
        """Return whether crediting exactly the leaves in `state` opens this gate."""
        if self.every & state != self.every:
            return False
        return all(choice.met(state) for choice in self.choices) if self.choices else True

    def open_without(self, spared: Sequence[int], every: int) -> int:
        """Return the leaves without any one of which this gate still opens.

        `spared[i]` holds the leaves without any one of which leaf i can be reached, `every` all leaves: the requirement
        is asked of these masks instead of truth values.
        """
        found = every
        for i in bits(self.every):
            found &= spared[i]
        for choice in self.choices:
            found &= choice.open_without(spared, every)
        return found

    def ways(self, state: int, limit: int | None = None) -> tuple[tuple[int, ...], bool]:
        """Return the minimal sets of leaves that, added to `state`, open this gate; and whether there are more.

        Ordered by size, then by framework order; at most `limit` of them, which are the first of all. An open gate has
        one way: the empty set. Exact for every requirement; quick unless alternatives overlap a great deal.
        """
        forced = self.every & ~state
        if not self.choices:
            return (forced,), False
        keep = None if limit is None else limit + 1
        found = [way | forced for way in _open_all(self.choices, state | forced, keep)]
        return tuple(found if limit is None else found[:limit]), limit is not None and len(found) > limit

    def at_least(self, state: int) -> int:
        """Return a bound from below on how many leaves, added to `state`, open this gate."""
        forced = self.every & ~state
        now = state | forced
        unmet = [choice for choice in self.choices if not choice.met(now)]
        clusters = _clusters(unmet, [_free(choice.parts, now) for choice in unmet])
        return forced.bit_count() + sum(_at_least(Gate(0, tuple(cluster)), now) for cluster in clusters)

    @classmethod
    def all_of(cls, gates: Iterable[Gate]) -> Gate:
        """Return the gate that is open when each of `gates` is."""
        every, choices = 0, dict[Choice, None]()
        for gate in gates:
            every |= gate.every
            choices.update(dict.fromkeys(gate.choices))
        return cls(every, tuple(choices))

    @classmethod
    def some_of(cls, k: int, gates: Sequence[Gate]) -> Gate:
        """Return the gate that is open when at least `k` of `gates` are."""
        return cls.all_of(gates) if k == len(gates) else cls(0, (Choice(k, tuple(gates)),))


OPEN = Gate()


def _first(ways: Iterable[int], keep: int | None) -> list[int]:
    return sorted(ways, key=_in_order)[:keep]


def _product(left: list[int], right: list[int], keep: int | None) -> list[int]:
    return _first({a | b for a in left for b in right}, keep)


def _open_all(choices: Sequence[Choice], state: int, keep: int | None) -> list[int]:
    """Open every choice. Choices that share no leaf are independent: the first ways of each make the first of all."""
    unmet = [choice for choice in choices if not choice.met(state)]
    ways = [0]
    for cluster in _clusters(unmet, [_free(choice.parts, state) for choice in unmet]):
        ways = _product(ways, _open_cluster(cluster, state, keep), keep)
    return ways


def _free(gates: Iterable[Gate], state: int) -> int:
    mask = 0
    for gate in gates:
        mask |= gate.mask
    return mask & ~state


def _clusters(choices: Sequence[Choice], masks: Sequence[int]) -> list[list[Choice]]:
    clusters: list[tuple[int, list[Choice]]] = []
    for choice, mask in zip(choices, masks, strict=True):
        joined = [cluster for cluster in clusters if cluster[0] & mask]
        clusters = [cluster for cluster in clusters if not cluster[0] & mask]
        members = [member for cluster in joined for member in cluster[1]]
        for cluster in joined:
            mask |= cluster[0]
        clusters.append((mask, [*members, choice]))
    return [members for _, members in clusters]


def _open_cluster(cluster: list[Choice], state: int, keep: int | None) -> list[int]:
    if len(cluster) == 1 and _disjoint(cluster[0].parts, state):
        return _open_some(cluster[0], state, keep)
    if len(cluster) == 1 and cluster[0].k == 1 and not any(part.choices for part in cluster[0].parts):
        return _smallest((part.every & ~state for part in cluster[0].parts), keep)
    return list(_search(cluster, state, keep))


def _smallest(masks: Iterable[int], keep: int | None) -> list[int]:
    """Return the masks that hold no other: each opens one of several plain alternatives (points rules are such)."""
    found: list[int] = []
    for mask in _first(set(masks), None):
        if len(found) == keep:
            break
        if not any(smaller & mask == smaller for smaller in found):
            found.append(mask)
    return found


def _disjoint(gates: Sequence[Gate], state: int) -> bool:
    return sum((gate.mask & ~state).bit_count() for gate in gates) == _free(gates, state).bit_count()


def _open_some(choice: Choice, state: int, keep: int | None) -> list[int]:
    """Open `k` parts that share no leaf: best ways by number of parts opened, part by part.

    Union with a way of other leaves keeps the order by size and position, so dropping all but the first `keep` of
    each count loses none of the first `keep` in the end.
    """
    closed = [part for part in choice.parts if not part.met(state)]
    needed = choice.k - (len(choice.parts) - len(closed))
    by_count: list[list[int]] = [[0]] + [[] for _ in range(needed)]
    for part in closed:
        forced = part.every & ~state
        ways = [way | forced for way in _open_all(part.choices, state | forced, keep)]
        for count in range(needed, 0, -1):
            with_part = _product(by_count[count - 1], ways, keep)
            by_count[count] = _first({*by_count[count], *with_part}, keep)
    return by_count[needed]


def _search(cluster: list[Choice], state: int, keep: int | None) -> Iterator[int]:
    """Yield minimal ways by size, then position, for choices that share leaves (exhaustive, with bounds)."""
    gate = Gate(0, tuple(cluster))
    leaves = list(bits(gate.mask & ~state))
    after = [0] * (len(leaves) + 1)
    for n in range(len(leaves) - 1, -1, -1):
        after[n] = after[n + 1] | 1 << leaves[n]

    def grow(start: int, chosen: int, left: int) -> Iterator[int]:
        if gate.met(state | chosen):
            # Larger sets on top of an open gate are not minimal.
            if left == 0 and not any(gate.met(state | chosen & ~(1 << leaf)) for leaf in bits(chosen)):
                yield chosen
            return
        if _at_least(gate, state | chosen) > left or not gate.met(state | chosen | after[start]):
            return
        for n in range(start, len(leaves)):
            yield from grow(n + 1, chosen | 1 << leaves[n], left - 1)

    found = 0
    for size in range(1, len(leaves) + 1):
        for way in grow(0, 0, size):
            yield way
            found += 1
            if found == keep:
                return


def _at_least(gate: Gate, state: int) -> int:
    """Return a lower bound on how many more leaves open `gate`."""
    forced = gate.every & ~state
    bound = 0
    for choice in gate.choices:
        needs = sorted(_at_least(part, state | forced) for part in choice.parts)
        together = sum(needs[: choice.k]) if _disjoint(choice.parts, state) else needs[choice.k - 1]
        bound = max(bound, together)
    return forced.bit_count() + bound
