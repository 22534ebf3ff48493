"""Programs that ask a service all at once until it is gone, and remember what they sent and what they were answered."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Condition
from typing import Any
from urllib.parse import quote

from attrs import define, field, frozen
from serving import LOST, SYSTEM, Answer, Client, Served

import competencies
from mastery.adapters.cli.simulation import LEARNERS

__all__ = ["CODES", "Load", "Looker", "Moments", "Office", "Poller", "Reader", "Request", "Writer", "via"]

CODES = [leaf.code for leaf in competencies.pack("fractions-to-proportions").leaves]
Seen = set[tuple[str, str, str, str]]
"""Who saw something of whom: reader, token, route, learner."""


@define
class Moments:
    """Counts what is sent, so that others can wait for it; nothing is waited for once it is over."""

    count: int = 0
    is_over: bool = False
    _changed: Condition = field(factory=Condition)

    def note(self) -> None:
        """Count one more."""
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def end(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self.is_over = True
            self._changed.notify_all()

    def wait_for(self, more: int) -> bool:
        """Wait until so many more were sent; return whether it goes on."""
        with self._changed:
            wanted = self.count + more
            self._changed.wait_for(lambda: self.is_over or self.count >= wanted)
            return not self.is_over


def via(token: str) -> str:
    """Return how the log of disclosures calls a token."""
    return f"token {token.split('_')[2]}"


@define
class Load:
    """Somebody who asks with a token: `work` goes on until the service is gone, and over the next one again."""

    who: str
    seed: int
    seen: Seen = field(factory=set, init=False)
    chance: random.Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @property
    def name(self) -> str:
        """Who that is in the log of disclosures."""
        return f"integration {SYSTEM}" if self.who == SYSTEM else self.who

    def run(self, service: Served, moments: Moments) -> None:
        """Work until the service is gone; a fault ends the others too."""
        try:
            self.work(service, moments)
        except LOST:
            if not moments.is_over and service.process.poll() is None:
                moments.wait_for(1_000_000)  # until it is known to be gone
        except BaseException:
            moments.end()
            raise

    def work(self, service: Served, moments: Moments) -> None:
        """Ask and ask."""
        raise NotImplementedError

    def saw(self, service: Served, route: str, *learners: str) -> None:
        """Note that an answer came back that shows something of these learners."""
        token = via(service.tokens[self.who])
        self.seen |= {(self.name, token, route, learner) for learner in learners if learner != self.who}


@frozen
class Request:
    """What writes: its name is the `source` of each piece, and its key where it has one; `facts` are to come of it."""

    name: str
    route: str
    path: str
    body: Mapping[str, Any]
    learners: tuple[str, ...]
    facts: int
    is_keyed: bool

    def send(self, client: Client) -> Answer:
        """Send it."""
        return client.post(self.path, self.body, **({"Idempotency_Key": self.name} if self.is_keyed else {}))


@define
class Writer(Load):
    """Records pieces one by one and by batches, decides, and takes back; every request can be sent again."""

    learners: tuple[str, ...] = LEARNERS
    done: list[tuple[Request, Mapping[str, Any]]] = field(factory=list, init=False)
    unanswered: list[Request] = field(factory=list, init=False)
    _to_void: list[str] = field(factory=list, init=False)
    _count: int = field(default=0, init=False)

    def work(self, service: Served, moments: Moments) -> None:
        """Send what was left without an answer, then more."""
        client = service.client(self.who)
        while not moments.is_over:
            if not self.unanswered:
                self.unanswered.append(self._next())
            moments.note()
            self.send(service, client)

    def send(self, service: Served, client: Client) -> None:
        """Send the first request that has no answer."""
        request = self.unanswered[0]
        answer = request.send(client)
        assert answer.status == 200, (request, answer.text)
        self.unanswered.pop(0)
        self.done.append((request, answer.body))
        self.saw(service, request.route, *request.learners)
        if request.route == "record_evidence":
            self._to_void += answer.body["recorded"]

    def _next(self) -> Request:
        self._count += 1
        chance, name = self.chance, f"{self.who}.{self.seed}-{self._count}"
        is_keyed, has_keys = chance.choice([(True, False), (True, True), (False, True)])
        said = {"key": name, "observed_at": datetime.now(UTC).isoformat()} if has_keys else {}
        by = {"by": "ana"} if self.who == SYSTEM else {}
        kind = chance.choice(["one", "one", "one", "many", "many", "decide", "void"])
        if kind == "void" and self._to_void:
            target = self._to_void.pop(chance.randrange(len(self._to_void)))
            path = f"/v1/facts/{quote(target, safe='')}/void"
            return Request(name, "void_fact", path, {"why": "a slip", **by, **said}, (), 1, is_keyed)
        if kind == "decide":
            what = {"kind": chance.choice(["grant", "waive", "unlock", "hold"]), "competency": chance.choice(CODES)}
            body = {"learner": chance.choice(self.learners), "why": "shown orally", **what, **by, **said}
            return Request(name, "decide", "/v1/decisions", body, (body["learner"],), 1, is_keyed)
        pieces = [self._piece(name, n, has_keys) for n in range(chance.randint(2, 8) if kind == "many" else 1)]
        body = {"evidence": pieces} if kind == "many" else pieces[0]
        learners = tuple(piece["learner"] for piece in pieces)
        return Request(name, "record_evidence", "/v1/evidence", body, learners, len(pieces), is_keyed)

    def _piece(self, name: str, n: int, has_key: bool) -> dict[str, Any]:
        chance = self.chance
        said = {"key": f"{name}:{n}", "observed_at": datetime.now(UTC).isoformat()} if has_key else {}
        what = {"learner": chance.choice(self.learners), "competency": chance.choice(CODES[:20]), "source": name}
        scored = {"score": chance.choice([0.3, 0.9, 1.0]), "purpose": chance.choice(["formative", "check"])}
        return {**what, **scored, "occasion": f"{name}:{n}", **said}


@define
class Office(Load):
    """Publishes one policy and the other in turns, which come to the same, and makes tokens and ends them."""

    published: list[str] = field(factory=list, init=False)
    made: list[str] = field(factory=list, init=False)
    ended: list[str] = field(factory=list, init=False)

    def work(self, service: Served, moments: Moments) -> None:
        """Publish, make and end."""
        client = service.client(self.who)
        while moments.wait_for(8):
            rules = client.get("/v1/policy").body
            said = {"m0 = 0.5": "m0 = 0.6"} if "m0 = 0.5" in rules["toml"] else {"m0 = 0.6": "m0 = 0.5"}
            ((old, new),) = said.items()
            body, seen = {"form": "toml", "text": rules["toml"].replace(old, new)}, f'"{rules["version"]}"'
            answer = client.post("/v1/policy:publish", body, If_Match=seen)
            assert answer.status == 200, answer.text
            self.published.append(answer.body["policy"])
            answer = client.post("/v1/tokens", {"name": "for a while"})
            assert answer.status == 201, answer.text
            self.made.append(answer.body["id"])
            answer = client.post(f"/v1/tokens/{self.made[-1]}/revoke", {})
            assert answer.status == 200, answer.text
            self.ended.append(self.made[-1])


@define
class Looker(Load):
    """Looks at learners and at a class, if it is named."""

    learners: tuple[str, ...] = LEARNERS
    group: str = ""

    def work(self, service: Served, moments: Moments) -> None:
        """Look."""
        client = service.client(self.who)
        while moments.wait_for(2):
            learner, code = self.chance.choice(self.learners), self.chance.choice(CODES)
            looks: list[tuple[str, Callable[[], Answer], tuple[str, ...]]] = [
                ("next_steps", lambda: client.get(f"/v1/learners/{learner}/next"), (learner,)),  # noqa: B023
                ("state", lambda: client.get(f"/v1/learners/{learner}/state"), (learner,)),  # noqa: B023
                ("check_access", lambda: client.check(learner, code), (learner,)),  # noqa: B023
                ("class_map", lambda: client.get(f"/v1/classes/{self.group}/map"), self.learners),
            ]
            route, look, learners = self.chance.choice(looks if self.group else looks[:3])
            answer = look()
            assert answer.status == 200, answer.text
            self.saw(service, route, *learners)


@define
class Poller(Load):
    """Keeps a cursor, and asks what changed behind it: `pages` are where each began and ended, and what it told."""

    cursor: str = "0"
    pages: list[tuple[int, int, list[Any]]] = field(factory=list, init=False)

    def work(self, service: Served, moments: Moments) -> None:
        """Ask for what is new."""
        client = service.client(self.who)
        while moments.wait_for(6):
            self.follow(service, client)

    def follow(self, service: Served, client: Client) -> None:
        """Ask until there is no more."""
        is_more = True
        while is_more:
            answer = client.get(f"/v1/changes?limit=500&cursor={self.cursor}")
            assert answer.status == 200, answer.text
            told, reached, is_more = (answer.body[name] for name in ("changes", "next", "more"))
            self.saw(service, "changes", *(one["learner"] for one in told))
            self.pages.append((int(self.cursor), int(reached), told))
            self.cursor = reached


@define
class Reader(Load):
    """Reads the stream, and goes on behind the last id after it broke."""

    last: str = "0"
    pages: list[tuple[int, int, list[Any]]] = field(factory=list, init=False)

    def work(self, service: Served, moments: Moments) -> None:
        """Read until it breaks."""
        for _ in self.read(service):
            pass

    def read(self, service: Served) -> Iterator[list[Any]]:
        """Yield what each page told."""
        stream, quiet = service.stream(self.who, self.last), 0
        stream.open()
        for name in stream.read():
            quiet = quiet + 1 if name == "message" else 0
            assert quiet < 4, "it lives, and tells nothing more"
            if stream.last != self.last:
                self.pages.append((int(self.last), int(stream.last), stream.changes))
                self.saw(service, "stream", *(one["learner"] for one in stream.changes))
                self.last, stream.changes = stream.last, []
                yield self.pages[-1][2]
