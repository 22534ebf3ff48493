"""The HTTP service under load from another process, beside a bare route in the same run. `make bench-service`.

1,000 learners, 300 competencies, 300,000 facts in an SQLite file. Latencies count from the moment at which a request
was due, so that one which waits for another counts in full.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import mastery
from benchmarks.engine import NOW, work
from benchmarks.frameworks import layered
from benchmarks.harness import Suite
from benchmarks.service_pages import BARE_PAGE, measure_pages
from competencies.knowledge_space import learning_path
from mastery.access import Class, Enrolment, Person, Role, Roster

LEARNERS, COMPETENCIES, FACTS = 1_000, 300, 300
CLASS, SHOWN = 35, 150
SECONDS, RATE, CONNECTIONS = 8, 500, 16

BARE = """
import sys
from fastapi import FastAPI
from starlette.responses import Response
import uvicorn
app = FastAPI()
@app.get("/bare")
async def bare(): return Response(b"{}", media_type="application/json")
@app.post("/bare")
async def bare_too(): return Response(b"{}", media_type="application/json")
{pages}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def made(folder: Path) -> tuple[Path, str]:
    """Make the school and return its file with a token of an integration."""
    from mastery.adapters.http.credentials import issue_token
    from mastery.adapters.http.tenants import Tenant

    framework, path = layered(COMPETENCIES), folder / "school.db"
    way = learning_path(framework)
    with mastery.open(path, framework, clock=lambda: NOW) as engine:
        for start in range(0, LEARNERS, 100):
            batch = (f"l{n}" for n in range(start, start + 100))
            engine.record_all(fact for n, one in enumerate(batch, start) for fact in work(one, way, FACTS, n))
    tenant = Tenant("school", path)
    learners = [f"l{n}" for n in range(LEARNERS)]
    enrolments = [Enrolment(f"class {n // CLASS}", one, Role.LEARNER) for n, one in enumerate(learners)]
    classes = [Class(f"class {n}") for n in range(LEARNERS // CLASS + 1)]
    tenant.access.rosters.replace(Roster.of(map(Person, learners), classes, enrolments))
    ends = tenant.clock() + timedelta(days=1)
    token = issue_token(tenant, "benchmark", expires_at=ends)[1]
    tenant.close()
    return path, token


@contextmanager
def serving(command: Sequence[str], port: int) -> Iterator[int]:
    """Run a server until it is no longer wanted."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(400):
            try:
                asyncio.run(_once(port, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


async def _once(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    found = await reader.read()
    writer.close()
    return found


def request(method: str, path: str, token: str, body: object = None) -> bytes:
    """Return the bytes of a request on a connection that stays open."""
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(content)}\r\n\r\n".encode() + content


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)
    await reader.readexactly(length)
    return int(lines[0].split()[1])


def size(port: int, sent: bytes) -> int:
    """Return how many bytes an answer has, its head too."""
    closing = sent.replace(b"host: x", b"connection: close\r\nhost: x")
    return len(asyncio.run(_once(port, closing)))


async def _load(port: int, requests: Sequence[bytes], rate: float, connections: int) -> list[float]:
    """Send requests at a rate over some connections and return the seconds from when each was due to its answer."""
    spent: list[float] = []
    queue: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (item := await queue.get()) is not None:
            due, sent = item
            writer.write(sent)
            status = await _answer(reader)
            if status >= 400:
                raise RuntimeError(f"a request was answered with {status}")
            spent.append(time.perf_counter() - due)
        writer.close()

    async def clock() -> None:
        begun = time.perf_counter() + 0.05
        for n, sent in enumerate(requests):
            due = begun + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            queue.put_nowait((max(due, time.perf_counter() - 0.0005), sent))
        for _ in range(connections):
            queue.put_nowait(None)

    await asyncio.gather(clock(), *(one() for _ in range(connections)))
    return spent


def load(port: int, requests: Sequence[bytes], rate: float, connections: int = CONNECTIONS) -> list[float]:
    """Return the seconds that each request took at a rate; at rate 0, one after the other on one connection."""
    if rate:
        return asyncio.run(_load(port, requests, rate, connections))
    return asyncio.run(_one_by_one(port, requests))


async def _one_by_one(port: int, requests: Sequence[bytes]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    spent = []
    for sent in requests:
        begun = time.perf_counter()
        writer.write(sent)
        if await _answer(reader) >= 400:
            raise RuntimeError("a request was refused")
        spent.append(time.perf_counter() - begun)
    writer.close()
    return spent


def at_most(spent: Sequence[float], share: float) -> float:
    """Return what this share of the times stays under."""
    return sorted(spent)[min(len(spent) - 1, int(share * len(spent)))]


def main() -> None:
    """Measure everything and write the results."""
    suite = Suite("service")
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        path, token = made(Path(name))
        service = ["-m", "mastery", "serve", "--db", str(path), "--port", "8931"]
        with serving(service, 8931) as ours, serving(["-c", BARE.replace("{pages}", BARE_PAGE), "8932"], 8932) as bare:
            measure(suite, ours, bare, token, chance)
            places = (LEARNERS, LEARNERS // CLASS, CLASS, SHOWN)
            measure_pages(
                suite, ours, bare, lambda at, sent: load(at, sent, 0), lambda p: request("GET", p, token), size, places
            )
    suite.finish()


def measure(suite: Suite, ours: int, bare: int, token: str, chance: random.Random) -> None:
    """Each figure: against its limit, and the same at the same rate against a route that returns a constant."""

    def check(learner: int) -> bytes:
        body = {"learner": f"l{learner}", "competency": f"c{chance.randrange(COMPETENCIES)}"}
        return request("POST", "/v1/access:check", token, body)

    first = load(ours, [check(n) for n in range(LEARNERS)], 0)
    cold = [f"{at_most(first, share) * 1e3:.1f} ms" for share in (0.5, 0.99)]
    print(f"First answers about each learner, cold: median {cold[0]}, p99 {cold[1]}")
    counted = RATE * SECONDS
    constant = [request("POST", "/bare", token, {"learner": "l1", "competency": "c1"})]
    rows: dict[str, tuple[Callable[[], list[float]], Callable[[], list[float]], float, float]] = {
        f"access:check, p99 at {RATE} a second": (
            lambda: load(ours, [check(chance.randrange(LEARNERS)) for _ in range(counted)], RATE),
            lambda: load(bare, constant * counted, RATE),
            0.99,
            0.005,
        ),
        "evidence with its changes, p95": (
            lambda: load(ours, [_piece(token, chance) for _ in range(400)], 0),
            lambda: load(bare, constant * 400, 0),
            0.95,
            0.020,
        ),
        f"class map of {CLASS} by {SHOWN}, p95": (
            lambda: load(ours, [_map(token, chance) for _ in range(60)], 0),
            lambda: load(bare, constant * 60, 0),
            0.95,
            0.150,
        ),
    }
    for name, (mine, constant_route, share, limit) in rows.items():

        def ask(mine: Callable[[], list[float]] = mine, share: float = share) -> float:
            return at_most(mine(), share)

        suite.pair(name, ask, f"{limit * 1e3:g} ms", lambda at=limit: at, 1, rounds=3)
        suite.pair(name, ask, "a bare route", lambda b=constant_route, s=share: at_most(b(), s), None, rounds=3)


def _piece(token: str, chance: random.Random) -> bytes:
    body = {
        "learner": f"l{chance.randrange(LEARNERS)}",
        "competency": f"c{chance.randrange(COMPETENCIES)}",
        "score": 0.9,
        "key": f"{chance.getrandbits(64):x}",
    }
    return request("POST", "/v1/evidence", token, body)


def _map(token: str, chance: random.Random) -> bytes:
    only = "&".join(f"only=c{n}" for n in range(SHOWN))
    return request("GET", f"/v1/classes/class%20{chance.randrange(LEARNERS // CLASS)}/map?{only}", token)


if __name__ == "__main__":
    main()
