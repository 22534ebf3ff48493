"""What holds for every engine, policy, model, gate and store: laws to call with your own.

Each takes one case - a course, mostly - and returns how often the case held what the law is about, or raises Broken
with the law's sentence, the counterexample, and what it means for a learner. Add the counts up over many cases, and
let `demand` fail where they are few: a law that was never put to the test is green too. `check` does all of that.

An evaluation is called as `mastery.evaluate` is and returns a `Progress`; an engine is made by `make_engine(framework,
policy, now)`, a store by `make_store()`. docs/laws.md says each law in one sentence, and where it does not hold.
"""

from competencies.testing.events import TooRare, demand
from mastery.testing.laws.checking import LAWS, Verdict, check
from mastery.testing.laws.engines import (
    learners_are_apart,
    names_do_not_matter,
    only_facts_reach_the_gate,
    recording_order,
    store_keeps,
)
from mastery.testing.laws.gates import (
    checks_stand_behind_credit,
    credit_waits_for_its_gate,
    nobody_stands_before_nothing,
    ready_is_the_fringe,
    ready_means_ready,
    requiring_more_never_credits,
    settled_credit_rests,
    steps_wait_for_their_gate,
    ways_open_gates,
)
from mastery.testing.laws.log import (
    adding_is_evaluating,
    arrival_order,
    credit_stays,
    earliest_stamp_stays,
    later_facts_have_no_say,
    twice_is_once,
    voids_leave_no_trace,
)
from mastery.testing.laws.scores import better_scores, evidence_stays_local, model_is_monotone
from mastery.testing.laws.stated import STATED, Broken, Stated, law, sentence

__all__ = [
    "LAWS",
    "STATED",
    "Broken",
    "Stated",
    "TooRare",
    "Verdict",
    "adding_is_evaluating",
    "arrival_order",
    "better_scores",
    "check",
    "checks_stand_behind_credit",
    "credit_stays",
    "credit_waits_for_its_gate",
    "demand",
    "earliest_stamp_stays",
    "evidence_stays_local",
    "later_facts_have_no_say",
    "law",
    "learners_are_apart",
    "model_is_monotone",
    "names_do_not_matter",
    "nobody_stands_before_nothing",
    "only_facts_reach_the_gate",
    "ready_is_the_fringe",
    "ready_means_ready",
    "recording_order",
    "requiring_more_never_credits",
    "sentence",
    "settled_credit_rests",
    "steps_wait_for_their_gate",
    "store_keeps",
    "twice_is_once",
    "voids_leave_no_trace",
    "ways_open_gates",
]
