"""Questions about a class, each answered from the same evaluation as every learner's own: pure functions over a
`Classroom`. An answer says by which rule it was found (`because`), what to bear in mind (`caveats`), and has a `table`
of exactly what it shows.
"""

from mastery.classroom.answer import Table, csv_text
from mastery.classroom.blockers import Blocker, Blockers, blockers
from mastery.classroom.cell import Cell
from mastery.classroom.effects import (
    ClassChanges,
    ClassEffects,
    Effect,
    changes_of_class,
    effects_of_changes,
    effects_of_impacts,
)
from mastery.classroom.in_force import InForce
from mastery.classroom.inbox import Inbox, InboxItem, InboxKind, inbox
from mastery.classroom.overview import ClassMap, MapColumn, MapRow, overview
from mastery.classroom.ready import Distance, ReadyLearner, WhoIsReady, who_is_ready
from mastery.classroom.room import Classroom, classroom
from mastery.classroom.sheet import Line, Sheet, Summary, conference_sheet
from mastery.classroom.stuck import Pattern, StuckFlag, StuckRule, WhoIsStuck, who_is_stuck

__all__ = [
    "Blocker",
    "Blockers",
    "Cell",
    "ClassChanges",
    "ClassEffects",
    "ClassMap",
    "Classroom",
    "Distance",
    "Effect",
    "InForce",
    "Inbox",
    "InboxItem",
    "InboxKind",
    "Line",
    "MapColumn",
    "MapRow",
    "Pattern",
    "ReadyLearner",
    "Sheet",
    "StuckFlag",
    "StuckRule",
    "Summary",
    "Table",
    "WhoIsReady",
    "WhoIsStuck",
    "blockers",
    "changes_of_class",
    "classroom",
    "conference_sheet",
    "csv_text",
    "effects_of_changes",
    "effects_of_impacts",
    "inbox",
    "overview",
    "who_is_ready",
    "who_is_stuck",
]
