"""`Visit`: somebody opens a page. It has their desk and what they look at; it gives the page, or its list as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from mastery.access import EVERYBODY, Permission, Role, may
from mastery.adapters.http.asking import AtDesk, secret_of
from mastery.adapters.http.desk import ALL, Desk
from mastery.adapters.http.pages.safety import html_response
from mastery.adapters.http.pages.static import static_address
from mastery.adapters.http.problems import SAFE, Problem
from mastery.adapters.http.replies import instant_named
from mastery.adapters.pages.links import Links, named
from mastery.adapters.pages.people import People, hidden, is_hidden
from mastery.adapters.pages.rendering import render
from mastery.answers import json_text
from mastery.classroom import Classroom, Table, csv_text

__all__ = ["AtPage", "Visit"]

_KEPT = ("as_of", "names")
HIDDEN = "hidden"


class Visit:
    """A page that somebody opens: `at` is the time that they look at (None: now)."""

    def __init__(self, request: Request, desk: Desk) -> None:
        self.request, self.desk = request, desk
        asked = request.query_params
        self.at: datetime | None = instant_named(asked.get("as_of") or None)
        kept = {name: asked[name] for name in _KEPT if asked.get(name)}
        self._learner: tuple[str, str] | None = None
        self.links = Links(request.scope.get("root_path", ""), kept)

    @property
    def moment(self) -> datetime:
        """The time that is looked at."""
        return self.at or self.desk.now

    @cached_property
    def csrf(self) -> str:
        """The token that a form of this session shows; empty where a token of the service was shown instead."""
        session = self.desk.session(secret_of(self.request))
        return session.csrf if session else ""

    @property
    def _secret(self) -> str:
        return f"{self.csrf or self.desk.caller.via} {self.desk.caller.name}"

    @cached_property
    def hidden_by(self) -> str:
        """The secret by which names are hidden; empty where they are shown."""
        return self._secret if self.request.query_params.get("names") == HIDDEN else ""

    def refuse_past(self) -> None:
        """Refuse to write while another time than now is looked at."""
        if self.at is not None:
            raise Problem("unusable", "You look at another day: go back to now before you write.")

    def learner(self, text: str) -> str:
        """Return the learner whom a segment of the address means."""
        self._learner = (text, who := self.meant(named(text)))
        return who

    def meant(self, name: str) -> str:
        """Return the learner whom a name means, be it one that a page gave while names were hidden."""
        if not is_hidden(name):
            return name
        return next((one for one in self.desk.known_learners() if hidden(one, self._secret) == name), name)

    def people(self, learners: Iterable[str]) -> People:
        """Return learners under the names that the page shows."""
        return People(tuple(learners), self.hidden_by)

    def room(self, group: str) -> Classroom:
        """Return a class at the time that is looked at."""
        return self.desk.class_room(named(group), None, self.at)

    def may(self, permission: Permission) -> bool:
        """Return whether the visitor has a permission, for whomever it reaches."""
        return may(self.desk.caller, permission)

    def also(self, permission: Permission) -> Desk:
        """Return the same visitor at a desk for another permission."""
        return self.desk.also(permission)

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """The classes that the visitor may read, by identifier, with their titles."""
        if not self.may(Permission.READ_CLASS):
            return []
        reached, classes = self.also(Permission.READ_CLASS).classes, self.desk.roster.classes
        found = [(one, classes[one].title or one) for one in sorted(classes) if reached is EVERYBODY or one in reached]
        return [*found, (ALL, "")] if reached is EVERYBODY else found

    def group_of(self, learner: str) -> str:
        """Return a class of a learner that the visitor may read, if there is one."""
        asked = self.request.query_params.get("class", "")
        on = self.desk.now.date()
        found = [one for one, _ in self.groups if one != ALL and learner in self.desk.roster.learners_of(one, on)]
        return asked if asked in found else next(iter(found), ALL if (ALL, "") in self.groups else "")

    def page(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        here: str = "",
        group: str = "",
        table: Table | None = None,
        answer: Any = None,
        status: int = 200,
        styles: Iterable[str] = (),
    ) -> Response:
        """Return a page; where `as` of the query asks for it, what is listed on it as CSV or JSON instead.

        `here` names its place in the menu, `group` the class it is about.
        """
        group = group or self._class_looked_at()
        form = self.request.query_params.get("as")
        if form:
            return self.file(form, here or template, table, answer)
        is_sent = self.request.method == "POST"  # an address does not hold what a form has sent
        exports = [] if self.hidden_by or is_sent else self._exports(table, answer)
        chrome = {**self._chrome(), "here": here, "group": group, "exports": exports}
        return html_response(render(f"{template}.html", {**chrome, **values}), status, styles)

    def _chrome(self) -> Mapping[str, Any]:
        """Return what is around every page."""
        return {
            "links": self.links,
            "static": lambda name: static_address(self.links.root, name),
            "csrf": self.csrf,
            "caller": self.desk.caller.name,
            "may": {one.name: self.may(one) for one in Permission},
            "roles": {one.value: one in self.desk.caller.roles for one in Role},
            "groups": self.groups,
            "moment": self.moment,
            "is_past": self.at is not None,
            "is_hidden": bool(self.hidden_by),
            "people": self.people(()),
            "toggled": self._toggled(),
            "now_again": self._without("as_of"),
            "asked": [(n, v) for n, v in self.request.query_params.multi_items() if n not in ("as_of", "as")],
        }

    def _toggled(self) -> str:
        """Return the address of this page with names hidden, that of a learner in it too; or with them shown again."""
        if self.hidden_by:
            return self._without("names")
        parts = self.request.scope["path"].removeprefix(self.links.root).split("/")
        if self._learner:
            given, who = self._learner
            parts[parts.index(given, 2)] = hidden(who, self._secret)  # behind /learners or /family
        asked = self.request.query_params.get("learner", "")
        other = {"learner": hidden(self.meant(asked), self._secret)} if asked else {}
        return (
            self.links.root + quote("/".join(parts), errors="replace") + self._without("names", names=HIDDEN, **other)
        )

    def _class_looked_at(self) -> str:
        """Return the class that a page about no class was reached from, or the only one that the visitor has."""
        asked = self.request.query_params.get("class", "")
        own = [one for one, _ in self.groups]
        return asked if asked in own else own[0] if len(own) == 1 else ""

    def part(self, template: str, values: Mapping[str, Any]) -> Response:
        """Return a part of a page, which a script puts into its place."""
        return html_response(render(f"{template}.html", {"links": self.links, **values}))

    def _without(self, name: str, **query: str) -> str:
        """Return the address of this page with something left out of its query, or put in."""
        left = [(n, v) for n, v in self.request.query_params.multi_items() if n not in {name, "as", *query}]
        return "?" + urlencode([*left, *query.items()])

    def _exports(self, table: Table | None, answer: Any) -> list[tuple[str, str]]:
        forms = [("csv", table), ("json", answer)]
        return [(form, self._without("as", **{"as": form})) for form, held in forms if held is not None]

    def file(self, form: str, name: str, table: Table | None, answer: Any) -> Response:
        """Return what is listed as a file in a form: csv or json."""
        held = {"csv": table, "json": answer}.get(form)
        if held is None:
            raise Problem("not-acceptable", f"as: csv or json was wanted, of a page with a list, got {form!r}.")
        if self.hidden_by:
            raise Problem("not-acceptable", "Names are hidden on this page; a file of it would tell them.")
        text, media = (csv_text(held), "text/csv") if form == "csv" else (json_text(held), "application/json")
        headers = {"content-disposition": f'attachment; filename="{name}.{form}"', "cache-control": "no-store", **SAFE}
        return Response(text.encode(), 200, headers, f"{media}; charset=utf-8")

    def go(self, *parts: str, **query: object) -> Response:
        """Send the visitor on to another page."""
        return RedirectResponse(self.links.to(*parts, **query), 303, {"cache-control": "no-store"})


def _visit(request: Request, desk: AtDesk) -> Visit:
    return Visit(request, desk)


AtPage = Annotated[Visit, Depends(_visit)]
