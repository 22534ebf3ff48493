"""Sets of leaves as bits: what is met, what is credited, what no award records yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import frozen

from mastery.fold import Track

__all__ = ["Masks", "masks_of"]


@frozen
class Masks:
    """Sets of leaves as bits, and the first moment after `at` at which the fold itself would move."""

    met: int = 0
    credited: int = 0
    unawarded: int = 0
    horizon: datetime | None = None

    def with_tracks(self, tracks: Mapping[int, Track], positions: Iterable[int], at: datetime) -> Masks:
        """Return the masks after the tracks at `positions` were folded again."""
        met, credited, unawarded, horizon = self.met, self.credited, self.unawarded, self.horizon
        for i in positions:
            track = tracks.get(i)
            if track is None:
                continue
            bit = 1 << i
            credited = credited | bit if track.credit is not None else credited & ~bit
            met = met | bit if track.met else met & ~bit
            unawarded = unawarded | bit if track.is_unawarded else unawarded & ~bit
            for decision in track.decisions:
                end = decision.until
                if end is not None and end > at and (horizon is None or end < horizon):
                    horizon = end
        return Masks(met, credited, unawarded, horizon)


def masks_of(tracks: Mapping[int, Track], next_fact: datetime | None, at: datetime) -> Masks:
    """Return the masks of all tracks; `next_fact` is when the next known fact comes, if any."""
    return Masks(horizon=next_fact).with_tracks(tracks, tracks, at)
