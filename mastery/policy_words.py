"""Policies in plain words: `words(policy)` prints every rule as a sentence, `from_words` reads the same policy back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from attrs import define, evolve, field

from competencies import Kind
from mastery.checks import CheckRule
from mastery.errors import PolicyError
from mastery.facts import Purpose
from mastery.models import MasteryModel, model, named
from mastery.policy import SELECTORS, Policy, Special
from mastery.policy_sentences import CHECK, CRITERIA, MODELS, NO_CHECK, RETENTION
from mastery.sentences import Sentence
from mastery.settings import member
from mastery.terms import Terms

__all__ = ["GENERALLY", "from_words", "words"]

_TITLE = "The rules in plain words"
_GENERAL = "For every competency:"
_ALL_BUT = "For every competency that no special rule below names:"
GENERALLY = (_GENERAL, _ALL_BUT)
"""The two headings of the rules for every competency that no special rule names."""
_FIRST = "Where more than one of these fits a competency, it lives by the first."
_COUNTS = "This evidence counts: "
_FLOORS = "These come first until they are met: "
_ANY_STEP = "A learner may choose among everything that is ready."
_CHOICE = re.compile(r"A learner may choose among (\d+) that are ready\.")
_OWN_MODEL = re.compile(r"The estimate is that of the model (?P<name>\".*?\")(?: with (?P<with>\{.*\}))?\.")
_TEXT = r'"(?:[^"\\]|\\.)*"'
_TEXTS = rf"{_TEXT}(?: or {_TEXT})*"
_SPECIAL = re.compile(
    rf"For competencies(?: (?P<competency>{_TEXTS}),)?(?: of the kind (?P<kind>\w+(?: or \w+)*),)?"
    rf"(?: tagged (?P<tag>{_TEXTS}),)?(?: with a code like (?P<code>{_TEXTS}),)? "
    r"(?:as above, except:|just as above\.)"
)


def words(policy: Policy) -> str:
    """Return the policy in plain words: one sentence a rule, each on a line of its own that begins with a dash."""
    usual = _said(policy.terms)
    lines = [_TITLE, "", _ALL_BUT if policy.special else _GENERAL, *_listed(usual.values()), *_listed(_overall(policy))]
    for special in policy.special:
        own = _said(special.terms)
        differing = [sentence for topic, sentence in own.items() if usual.get(topic) != sentence]
        lines += ["", _heading(special, differing), *_listed(differing)]
    if len(policy.special) > 1:
        lines += ["", _FIRST]
    return "\n".join(lines) + "\n"


def from_words(text: str, *, where: str = "This policy") -> Policy:
    """Return the policy that `words` wrote; what no sentence tells stays as in `Policy()`.

    Raises PolicyError, whose message begins with `where`, with every line that is no sentence of ours.
    """
    reader = _Reader()
    for line, said, is_sentence in _joined(text):
        reader.take(line, said, is_sentence)
    if not reader.faults:
        try:
            return reader.policy()
        except PolicyError as fault:
            raise PolicyError(f"{where} cannot be used", fault.faults) from None
    raise PolicyError(f"{where} cannot be read", reader.faults)


def _listed(sentences: Iterable[str]) -> list[str]:
    return [f"- {sentence}" for sentence in sentences]


def _said(terms: Terms) -> dict[str, str]:
    """Return the sentences of terms by topic."""
    found = {"model": _model_sentence(terms.model)}
    found.update(_sentences(CRITERIA, terms.criteria))
    found["counts"] = f"{_COUNTS}{', '.join(p for p in Purpose if p in terms.criteria.counts)}."
    found.update({"check": NO_CHECK} if terms.check is None else _sentences(CHECK, terms.check))
    found.update(_sentences(RETENTION, terms.retention))
    return found


def _sentences(topics: Mapping[str, tuple[Sentence, ...]], value: object) -> dict[str, str]:
    return {
        topic: next(one.write(value) for one in alternatives if one.says(value))
        for topic, alternatives in topics.items()
    }


def _model_sentence(built: MasteryModel) -> str:
    for sentence in MODELS:
        if sentence.says(built):
            return sentence.write(built)
    name, *parameters = named(built).items()
    told = f" with {json.dumps(dict(parameters))}" if parameters else ""
    return f"The estimate is that of the model {_quoted(name[1])}{told}."


def _overall(policy: Policy) -> Iterator[str]:
    if policy.floors:
        yield f"{_FLOORS}{', '.join(_quoted(name) for name in policy.floors)}."
    yield _ANY_STEP if policy.choice is None else f"A learner may choose among {policy.choice} that are ready."


def _quoted(text: str) -> str:
    """Return a text in double quotes in which no white space can be lost when lines are wrapped."""
    return re.sub(r"\s(?=\s)|^\"\s|\s\"$|[^\S ]", _escaped, json.dumps(text, ensure_ascii=False))


def _escaped(space: re.Match[str]) -> str:
    return "".join(f"\\u{ord(c):04x}" if c.isspace() else c for c in space.group())


def _heading(special: Special, differing: list[str]) -> str:
    def texts(name: str) -> str:
        return " or ".join(_quoted(text) for text in getattr(special, name))

    told = [f" {texts('competency')}"] if special.competency else []
    told += [f" of the kind {' or '.join(special.kind)}"] if special.kind else []
    told += [f" tagged {texts('tag')}"] if special.tag else []
    told += [f" with a code like {texts('code')}"] if special.code else []
    return f"For competencies{','.join(told)}, {'as above, except:' if differing else 'just as above.'}"


def _joined(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each sentence or heading with its first line's number, its wrapped lines put together."""
    said: list[str] = []
    first, is_sentence = 1, False
    for n, line in enumerate([*text.removeprefix("\ufeff").splitlines(), ""], start=1):
        begins = line.startswith("- ")
        ends = said and (said[-1].endswith(":") or said[-1].endswith("above.")) and not is_sentence
        if said and (begins or not line.strip() or ends):
            yield first, " ".join(said), is_sentence
            said = []
        if line.strip():
            if not said:
                first, is_sentence = n, begins
            said.append(line.removeprefix("- ").strip())


@define
class _Block:
    """What one part of the text has told: settings by topic."""

    selectors: dict[str, Any] = field(factory=dict)
    topics: dict[str, Any] = field(factory=dict)


@define
class _Reader:
    faults: list[str] = field(factory=list)
    general: _Block = field(factory=_Block)
    specials: list[_Block] = field(factory=list)
    overall: dict[str, Any] = field(factory=dict)

    def take(self, line: int, said: str, is_sentence: bool) -> None:
        try:
            told = self._sentence(said) if is_sentence else self._heads(said)
        except (PolicyError, ValueError) as fault:
            self.faults.append(f"line {line}: {fault}")
            return
        if not told:
            self.faults.append(f"line {line}: this is no rule that can be read{_closest(said)}: {said}")

    def _heads(self, said: str) -> bool:
        found = _SPECIAL.fullmatch(said)
        if found is None:
            return said in (_TITLE, _GENERAL, _ALL_BUT, _FIRST)
        given = {name: found[name] for name in SELECTORS if found[name]}
        selectors: dict[str, Any] = {
            name: [member(Kind, "kind", one) for one in text.split(" or ")]
            if name == "kind"
            else [json.loads(one) for one in re.findall(_TEXT, text)]
            for name, text in given.items()
        }
        self.specials.append(_Block(selectors))
        return True

    def _sentence(self, said: str) -> bool:
        block = self.specials[-1] if self.specials else self.general
        for topic, value in _told(said):
            target = self.overall if topic in ("floors", "choice") else block.topics
            if topic in target:
                raise ValueError("this is settled already by another sentence above")
            target[topic] = value
            return True
        return False

    def policy(self) -> Policy:
        usual = _terms(self.general.topics, Terms())
        specials = [Special(**block.selectors, terms=_terms(block.topics, usual)) for block in self.specials]
        return Policy(usual.model, usual.criteria, usual.check, usual.retention, special=specials, **self.overall)


def _told(said: str) -> Iterator[tuple[str, Any]]:
    """Yield the topic that a sentence settles and what it tells of it; nothing where it is no sentence of ours."""
    if said == NO_CHECK:
        yield "check", None
    elif said == _ANY_STEP:
        yield "choice", None
    elif found := _CHOICE.fullmatch(said):
        yield "choice", int(found[1])
    elif said.startswith(_FLOORS):
        yield "floors", [json.loads(name) for name in re.findall(_TEXT, said)]
    elif said.startswith(_COUNTS):
        purposes = said.removeprefix(_COUNTS).removesuffix(".").split(", ")
        yield "counts", frozenset(member(Purpose, "counts", purpose) for purpose in purposes)
    elif found := _OWN_MODEL.fullmatch(said):
        yield "model", model(json.loads(found["name"]), **json.loads(found["with"] or "{}"))
    else:
        for sentence in MODELS:
            if (values := sentence.read(said)) is not None:
                yield "model", sentence.kind(**values)
                return
        for topic, alternatives in {**CRITERIA, **CHECK, **RETENTION}.items():
            for sentence in alternatives:
                if (values := sentence.read(said)) is not None:
                    sentence.kind(**values)  # raises where no such value can be
                    yield topic, values
                    return


def _terms(topics: Mapping[str, Any], over: Terms) -> Terms:
    """Return the terms that some topics tell, laid over others."""

    def settled(names: Iterable[str], value: Any) -> Any:
        values = {key: one for name in names for key, one in (topics.get(name) or {}).items()}
        return evolve(value, **values) if values else value

    criteria = settled(CRITERIA, over.criteria)
    if "counts" in topics:
        criteria = evolve(criteria, counts=topics["counts"])
    no_check = "check" in topics and topics["check"] is None
    if no_check and len(topics.keys() & CHECK.keys()) > 1:
        raise PolicyError("", ["no knowledge check is asked for, and yet there are rules for one: one of the two goes"])
    return Terms(
        topics.get("model", over.model),
        criteria,
        None
        if no_check or not (over.check or topics.keys() & CHECK.keys())
        else settled(CHECK, over.check or CheckRule()),
        settled(RETENTION, over.retention),
    )


def _closest(said: str) -> str:
    known = [one.shown for group in (CRITERIA, CHECK, RETENTION) for several in group.values() for one in several]
    known += [one.shown for one in MODELS] + [NO_CHECK, _ANY_STEP]
    close = get_close_matches(said, known, 1, 0.6)
    return f" (the nearest is: {close[0]})" if close else ""
