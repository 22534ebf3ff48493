"""`mastery review` as it is typed, and what a review says of real curricula."""

import csv
import json
import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from real import wanted
from typing_commands import Run
from worlds_drafts import junyi, khan, leaf_graph

import competencies
from competencies import CycleError, Draft, FrameworkError, Severity, read, review

SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "review.json"
COHERENCE_MAP = "case/derived_ccssm_coherence_map_v1p1.json"
SMARTER_BALANCED = "case/smarter_balanced_math_content_spec_v1p0.json"


@pytest.fixture
def run(typed: Run) -> Run:
    """Type `mastery review ARGUMENTS`."""
    return partial(typed, "review")


def fits(answer: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(answer)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(value)
    return value


def codes(draft: Draft) -> Counter[str]:
    return Counter(finding.code for finding in review(draft))


def table(draft: Draft, path: Path) -> None:
    """Write a draft of plain prerequisites as a table of ours."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["code", "statement", "requires"])
        for c in draft.competencies:
            needs = competencies.mentions(draft.requires.get(c.identifier, competencies.NOTHING))  # type: ignore[arg-type]
            rows.writerow([c.identifier, c.statement, "; ".join(f'"{name}"' for name in needs)])


def test_the_pack_has_nothing_to_say_about_it(run: Run) -> None:
    """The pack that ships with us is used as it is: exit 0 and no finding."""
    code, out, _ = run("fractions-to-proportions")

    assert code == 0
    assert "can be used" in out
    assert "66 competencies, 63 of them without parts; nothing to say about it" in out
    assert review(competencies.pack("fractions-to-proportions")) == ()


def test_a_framework_that_cannot_be_used_is_refused(run: Run) -> None:
    """Every error is named with what to do, in words and in JSON, and the exit code is 1."""
    Path("bad.csv").write_text("code,statement,requires\na,Adds.,b\nb,Doubles.,a; zz\n")
    code, out, _ = run("bad.csv")
    again, answer, _ = run("bad.csv", "--json")
    value = fits(answer)

    assert code == again == 1
    assert "bad: cannot be used as it is" in out
    assert "   - a needs b, which needs a\n   What to do: take one of these prerequisites away.\n" in out
    assert "[error] Names that are no competency: 1" in out
    assert (value["usable"], value["version"], value["counts"]["error"]) == (False, None, 2)
    assert [f["code"] for f in value["findings"]][:2] == ["dangling", "cycle"]
    assert {f["severity"] for f in value["findings"]} <= {severity.value for severity in Severity}


def test_what_can_be_used_has_its_version(run: Run) -> None:
    """Warnings and notes exit with 0; the JSON has the version that a database would live by."""
    Path("two.csv").write_text("code,statement,requires\na,Adds.,\nb,Doubles.,a\nc,,\n")
    code, answer, _ = run("two.csv", "--json")
    value = fits(answer)

    assert code == 0
    assert value["version"] == competencies.load("two.csv").version
    assert {f["code"] for f in value["findings"]} == {"orphan", "statement-missing", "descriptor-missing"}
    assert run("two.csv")[1].count("What to do:") == 3


def test_long_lists_are_cut_unless_all_is_asked_for(run: Run) -> None:
    """Ten findings of a code are printed, with how many more there are; `--all` prints them all."""
    rows = [f'n{n},,"{"; ".join(f"n{m}" for m in range(n))}"' for n in range(8)]
    Path("many.csv").write_text("\n".join(["code,statement,requires", *rows, ""]))
    short, everything = run("many.csv")[1], run("many.csv", "--all")[1]

    assert "   - and 11 more\n" in short
    assert "`--all` lists everything." in short
    assert everything.count("which it needs too") == 21
    assert "more" not in everything.replace("n0, n1, n2 and 5 more", "")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nowhere.json",), 1, "nowhere.json cannot be opened"),
        (("fractions-to-proportion",), 1, "did you mean fractions-to-proportions"),
        (("file.csv", "--precedes", "maybe"), 2, "hard or soft was wanted"),
        (("file.csv", "--longest-chain", "0"), 2, "longest-chain"),
        ((), 2, "FILE|PACK"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_message(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    """A file that is not there and an option that means nothing are refused on standard error."""
    got, out, errors = run(*arguments)

    assert (got, out) == (code, "")
    assert says in errors


def test_junyi_is_refused_naming_its_circle_and_both_loops(run: Run) -> None:
    """Of 837 real exercises, three need one another and two themselves; typed in as a table, they are refused."""
    draft = junyi()
    ring = ("radical_multiplication_and_division", "adding_and_subtracting_radicals", "simplifying_radicals")
    findings = {code: [f.about for f in review(draft) if f.code == code] for code in ("self-loop", "cycle")}
    table(draft, Path("junyi.csv"))
    code, out, _ = run("junyi.csv")

    assert findings == {"self-loop": [("proportions_1",), ("number_sense_length_l1",)], "cycle": [ring]}
    with pytest.raises(FrameworkError):
        draft.framework()
    assert code == 1
    flat = re.sub(r"\s+", " ", out)
    assert f"{ring[0]} needs {ring[1]}, which needs {ring[2]}, which needs {ring[0]}" in flat
    assert "proportions_1 needs itself" in flat
    assert "number_sense_length_l1 needs itself" in flat


def test_khan_has_eleven_dangling_prerequisites() -> None:
    """Of 1,542 real exercises, eleven need something that is none; there is no circle; the longest chain has 56."""
    findings = review(khan())
    dangling = [finding for finding in findings if finding.code == "dangling"]
    (chain,) = (finding for finding in findings if finding.code == "long-chain")

    assert len(dangling) == 11
    assert Counter(f.about[1] for f in dangling) == {"patterns-in-zeros": 9, "counting_2": 1, "reading_tables_2": 1}
    assert [f for f in findings if f.severity is Severity.ERROR] == dangling
    assert len(chain.about) == 56
    with pytest.raises(FrameworkError) as fault:
        khan().framework()
    assert not isinstance(fault.value, CycleError)
    assert len(fault.value.faults) == 11


def test_the_coherence_map_can_be_used() -> None:
    """The Coherence Map has no error; 156 prerequisites are implied by others; chains have up to 31 standards."""
    draft = read(wanted(COHERENCE_MAP))
    findings = review(draft)
    (chain,) = (finding for finding in findings if finding.code == "long-chain")

    assert not [finding for finding in findings if finding.severity is Severity.ERROR]
    assert codes(draft)["redundant"] == 156
    assert len(chain.about) == 31
    graph = leaf_graph(draft)
    (orphans,) = (finding for finding in findings if finding.code == "orphan")
    assert len(orphans.about) == sum(1 for leaf in graph if not graph.degree(leaf)) == 10


def test_smarter_balanced_joins_levels_of_its_outline() -> None:
    """Its findings include those of the reader; most of its prerequisites are between targets and their skills."""
    draft = read(wanted(SMARTER_BALANCED))
    findings = review(draft)
    joined = [finding.message.split(" times")[0] for finding in findings if finding.code == "levels-joined"]

    assert not [finding for finding in findings if finding.severity is Severity.ERROR]
    assert {f.message for f in draft.findings} <= {f.message for f in findings}
    assert joined == ["239", "180"]
