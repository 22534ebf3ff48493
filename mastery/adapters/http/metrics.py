"""What the service counts of itself, in the text format that Prometheus reads. No label names a person."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from time import perf_counter

from attrs import frozen
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Counted", "Metrics", "RouteFigures"]

_REFUSED = 400
_BOUNDS = (0.005, 0.02, 0.1, 0.5, 2.0)


@frozen
class RouteFigures:
    """How often a route was asked, the mean of seconds until it answered, how often it refused or went wrong."""

    route: str
    count: int
    mean: float
    faults: int


class Metrics:
    """Requests by route and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._within: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._of: Counter[str] = Counter()

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._of[route] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]
            for bound in _BOUNDS:
                self._within[route, bound] += seconds <= bound

    def routes(self) -> list[RouteFigures]:
        """Return the figures of each route, the most asked first."""
        with self._lock:
            faults: Counter[str] = Counter()
            for (_, route, status), count in self._requests.items():
                faults[route] += count if status >= _REFUSED else 0
            every = [RouteFigures(r, n, self._seconds[r] / n, faults[r]) for r, n in self._of.items()]
        return sorted(every, key=lambda one: (-one.count, one.route))

    def text(self, more: dict[str, float]) -> str:
        """Return the counts, and `more` single figures by name."""
        with self._lock:
            lines = ["# TYPE mastery_requests_total counter"]
            lines += [
                f'mastery_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
                for (method, route, status), count in sorted(self._requests.items())
            ]
            lines.append("# TYPE mastery_request_seconds histogram")
            for route, count in sorted(self._of.items()):
                for bound in _BOUNDS:
                    within = self._within[route, bound]
                    lines.append(f'mastery_request_seconds_bucket{{route="{route}",le="{bound}"}} {within}')
                lines.append(f'mastery_request_seconds_bucket{{route="{route}",le="+Inf"}} {count}')
                lines.append(f'mastery_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
                lines.append(f'mastery_request_seconds_count{{route="{route}"}} {count}')
        for name, figure in more.items():
            lines += [f"# TYPE {name} gauge", f"{name} {figure:g}"]
        return "\n".join(lines) + "\n"


class Counted:
    """An app whose requests are counted by the route that they came to."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request when its answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "(none)")
                self._metrics.note(_method(scope), route, message["status"], perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, noted)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"
