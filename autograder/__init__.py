"""The grading engine: builds, verifies and grades any nbgrader course of Python notebooks.

It knows nbgrader's file formats and runs notebooks. It must not know what a course teaches: it never imports `helpers`.

Commands, each a module with `main`: `build`, `verify`, `grade`, `check`, `report`, `doctor`; `cli` calls them.
What they are made of:

| part | modules |
|---|---|
| a course | `course`, `pairing` (text and notebook), `release` (nbgrader's pipeline), `answers`, `checkcells` |
| a submission | `submissions` (who, which file), `notebook` (reads and rebuilds it) |
| running it | `execute` (the interface; without isolation), `worker`, `own` (a learner's) |
| ... a cell | `shell`, with `compiler` and `figures` |
| ... in a jail | `jailed` → `hosts` → `host` → `runner` → `session`; `proxies`, `received`, `definitions` |
| ... and after it | `undo` (what its calls changed), `late` (modules that it wanted), `scratch`, `diary` |
| ... messages | `wire` over `channel`; `plaindata`, `generators` (what crosses), `arguments`, `reachable` (back) |
| ... the jail | the package `jail`: the sandbox from outside, and what a process does to itself inside |
| limits | `limits`: every number, in one table |
| its verdict | `evaluate` → `verdict`, from `records`; `explain` (sentences); `proving` (of the checks themselves) |
| a class | `pool` (threads), `cluster` and `station` (Dask), `lock`, `progress`, `results` (kept between calls) |
| what is written | `gradebook`, `registration`, `new_gradebook`, `autograded`, `feedback`, `files` |
| nbgrader | `preprocessor` (our engine in nbgrader's commands), `quickly` (its import) |
"""
