"""Sending anything at all: every answer is looked at for what must never come back."""

from __future__ import annotations

import unicodedata

from service_asking import Answer
from service_world import Service, named, whose

from mastery.adapters.http.problems import PROBLEMS

__all__ = ["OAK", "PIECE", "send"]

OAK = named("oak")
PIECE = {"learner": OAK, "competency": "c.1", "score": 0.5}


def send(served: Service, method: str, target: str, who: str = "office", **more: object) -> Answer:
    """Ask, and fail where the answer is our fault, no problem as documented, too long, or not inert."""
    served.streams_end_after(1)
    answer = served.ask(method, target, whose("north", who) if who else "", **more)  # type: ignore[arg-type]
    assert answer.status < 500, (method, target[:200], answer)
    assert not (300 <= answer.status < 400 and answer.header("location")), "it sends nobody elsewhere"
    if answer.status >= 400:
        assert answer.header("content-type") == "application/problem+json", (target[:200], answer)
        problem = answer.json
        assert PROBLEMS[answer.kind].status == problem["status"] == answer.status
        assert len(answer.body) < 300_000
        shown = [problem["detail"], *(text for error in problem.get("errors", ()) for text in error.values())]
        assert not [text for text in shown for letter in text if not is_inert(letter)]
    return answer


def is_inert(letter: str) -> bool:
    """Whether a character neither turns nor breaks a line, nor steers what shows it; line ends of ours may stand."""
    turns = unicodedata.bidirectional(letter) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    return letter in "\n\t" or not (
        turns or unicodedata.category(letter) in ("Cc", "Zl", "Zp") or letter in "\u200e\u200f\u061c"
    )
