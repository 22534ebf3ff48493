"""What holds for every framework: laws to call with your own evaluation, gate, fringe, ways, order or format.

Each takes one case, and implementations by name; left out, they are ours. It raises Broken with the law's sentence and
the counterexample, or returns how often the case held what the law is about. Add these counts up over many cases, and
let `demand` fail where they are few: a law that was never put to the test is green too.

```python
from collections import Counter
from hypothesis import given, settings
from competencies.testing import frameworks, laws

seen = Counter()

@settings(max_examples=50, derandomize=True, database=None)
@given(frameworks(most=5))
def try_all(framework):
    seen.update(laws.ways_are_minimal(framework, ways=laws.ways_of))  # or your own

try_all()
laws.demand(seen, cases=50, several_ways=10)
```

An evaluation is called as `competencies.evaluate` is. A gate is `is_open(framework, leaf, state)`, a fringe
`fringe(framework, state)`; ways are `ways(framework, leaf, state, limit)`, the sets and whether there are more; leaves
and states are identifiers. A format is a function that writes a framework as anything, and one that reads that.
"""

from competencies.testing.events import Broken, TooRare, demand, framework_events, requirement_events
from competencies.testing.laws.meaning import (
    MOST_NAMES,
    conjoining_narrows,
    gates_mean_their_requirements,
    is_open,
    monotone,
    parts_in,
    requirement_means,
)
from competencies.testing.laws.names import names_do_not_matter, relabelled, round_trip
from competencies.testing.laws.spaces import acyclic, fringes_are_what_can_change
from competencies.testing.laws.ways import ways_are_minimal, ways_of, ways_open

__all__ = [
    "MOST_NAMES",
    "Broken",
    "TooRare",
    "acyclic",
    "conjoining_narrows",
    "demand",
    "framework_events",
    "fringes_are_what_can_change",
    "gates_mean_their_requirements",
    "is_open",
    "monotone",
    "names_do_not_matter",
    "parts_in",
    "relabelled",
    "requirement_events",
    "requirement_means",
    "round_trip",
    "ways_are_minimal",
    "ways_of",
    "ways_open",
]
