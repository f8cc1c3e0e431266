"""What a check cell uses: `check` collects and runs properties, `expect` compares.

    from helpers.check import check, expect

    @check
    def doubles_what_it_keeps_at_one_half(dropout_forward):
        ...
        expect.close(out, want, "what is compared")

    check.run("dropout_forward")                # a visible check cell
    check.run("dropout_forward", hidden=True)   # a hidden one

A property is a function whose parameter is the exercise's name and whose own name is the sentence that a learner reads.

| module | does |
|---|---|
| `expect` | the comparisons; each one is remembered, passed or failed |
| `chance` | those of what was drawn at random |
| `verdict` | how a comparison ends |
| `statistics` | bounds that a right random answer misses less than once in 10^12 times |
| `trace` | runs properties on an answer and keeps what was seen |
| `diagnosis` | replays the known misconceptions and names the one that gives the same numbers |
| `failure` | what a learner sees when a check does not pass |
| `words` | how values and calls are written in a message |
| `session` | `check`: collects, runs, speaks to the learner |
| `record` | the protocol by which a check cell tells a grading engine more than passed or failed |
"""

from helpers.check import expect
from helpers.check.session import check

__all__ = ["check", "expect"]
