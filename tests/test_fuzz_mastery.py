"""Whatever policies, evidence and exports come from outside, they are read or refused by an error of ours."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

import fuzz_targets_mastery as targets
import pytest
from fuzz_targets_mastery import SEEDS, TARGETS
from hypothesis import given
from hypothesis import strategies as st
from test_fuzz_competencies import EDITS, RAW, harmed
from worlds import BRIEF, DEEP, cases, profile

from mastery.export_format import Digest, end_line

FOUND: dict[str, list[bytes]] = {
    "policy_toml": [
        b"choice = " + b"9" * 5_000,
        b"[model]\nname = []",
        b"[criteria]\nmastered_at = " + b"9" * 400,
        b"[model]\nk = " + b"9" * 400,
    ],
    "evidence_json": [
        b'{"learner": "\\ud800", "competency": "a", "score": 1, "observed_at": "2026-03-02T09:00:00Z"}',
    ],
    "evidence_table": [
        b"learner,competency,score,observed_at\n\xed\xa0\x80,a,1,2026-03-02T09:00:00Z\n",
    ],
}
"""What was found once."""

VALUES = ["null", "true", "-1", "0", "1e999", "nan", "inf", "[]", "{}", '""', '"\\ud800"', "1.5", "9" * 5_000, "[[1]]"]
PLAUSIBLE = ["0", "1", "2", "0.5", "true", "false", "null", '"a"', '"check"', '"ana"', '"2026-03-02T09:00:00Z"']
SWAPS = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(VALUES)), min_size=1, max_size=3)


def swapped(source: str, swaps: Sequence[tuple[int, str]]) -> str:
    """Put another value in the place of some, so that the document stays one of its kind."""
    for place, value in swaps:
        tokens = re.finditer(r'"(?:[^"\\\n]|\\.)*"(?:\s*:)?|\b\d[\d.]*\b|\btrue\b|\bfalse\b|\bnull\b', source)
        found = [token for token in tokens if not token.group().endswith(":")]
        if found:
            chosen = found[place % len(found)]
            source = source[: chosen.start()] + value + source[chosen.end() :]
    return source


def sealed(text: str) -> str:
    """Give an export that was edited the last line that fits it, so that what was edited is read."""
    *lines, _ = text.splitlines()
    digest = Digest()
    for line in lines:
        digest.add(line)
    adoptions = sum('"adopted_at"' in line for line in lines)
    return "\n".join([*lines, end_line(adoptions, len(lines) - 1 - adoptions, digest.text())])


@pytest.mark.parametrize("name", TARGETS)
def test_raw_input_is_read_or_refused(name: str) -> None:
    """Bytes of any kind."""

    @profile(100)
    @given(RAW)
    def hold(data: bytes) -> None:
        TARGETS[name](data)

    hold()


@pytest.mark.parametrize("name", TARGETS)
def test_harmed_documents_are_read_or_refused(name: str) -> None:
    """A document with scraps in it, and values of another kind in the place of its own; some are still read."""
    seal: Callable[[str], str] = sealed if name == "export" else str

    @profile(150)
    @given(st.sampled_from(SEEDS[name]), st.just([]) | EDITS, SWAPS | st.just([]))
    def hold(seed: bytes, edits: Any, swaps: Any) -> None:
        text = swapped(seed.decode(), swaps)
        data = harmed(text, edits) if edits else seal(text).encode("utf-8", "surrogatepass")
        TARGETS[name](data)

    hold()


@pytest.mark.parametrize("name", TARGETS)
def test_documents_with_other_values_are_read_or_refused(name: str) -> None:
    """One value or two in the place of another, by chance, so that much of it is still read."""
    targets.READ.clear()
    seal: Callable[[str], str] = sealed if name == "export" else str
    for case in range(cases(300)):
        rng = random.Random(f"{name}/{case}")
        swaps = [(rng.randrange(200), rng.choice(PLAUSIBLE if rng.random() < 0.7 else VALUES)) for _ in "ab"]
        text = seal(swapped(rng.choice(SEEDS[name]).decode(), swaps[: rng.choice((1, 1, 2))]))
        TARGETS[name](text.encode("utf-8", "surrogatepass"))
    assert BRIEF or targets.READ[name] >= 20 * DEEP, targets.READ


@pytest.mark.parametrize(("name", "data"), [(name, data) for name, some in FOUND.items() for data in some])
def test_what_was_found_stays_mended(name: str, data: bytes) -> None:
    """Each input that once broke something is read or refused."""
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_a_fuzzer_starts_from_what_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents from which fuzzing starts are read, so that what follows reading is put to the test."""
    monkeypatch.setattr(targets, "OURS", ())
    for seed in SEEDS[name]:
        TARGETS[name](seed)


def test_a_sealed_export_is_read() -> None:
    """An export that was not edited is sealed as it was."""
    [export] = SEEDS["export"]
    assert json.loads(sealed(export.decode()).splitlines()[-1]) == json.loads(export.decode().splitlines()[-1])
