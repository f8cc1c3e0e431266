"""Notebooks whose check cells, metadata or stored outputs were changed, and cells that show false results."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from autograder.records import MIME
from tests.hostile.case import KEPT, Case, attack, hostile, points_for
from tests.hostile.corpus.stopping import in_call
from tests.hostile.course import EXERCISES, RIGHT, Cell, Notebook, add_cells, find_cell, make_code, make_text

shows = partial(hostile, "false and active outputs")

CHECKS = [f"{kind}_{name}" for name in EXERCISES for kind in ("check", "hidden")]
BLANK = [name for name in EXERCISES if name not in KEPT]


def tampered(name: str, why: str, change: Callable[[Notebook], None]) -> Case:
    """A hostile notebook after a change of its structure."""
    notebook = attack()
    change(notebook)
    return Case(name, "tampered notebook", False, notebook, points_for(KEPT), why)


def each_check(change: Callable[[Cell], object]) -> Callable[[Notebook], None]:
    def change_all(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            if cell["id"] in CHECKS:
                change(cell)

    return change_all


def set_nbgrader(**settings: Any) -> Callable[[Notebook], None]:
    return each_check(lambda cell: cell["metadata"]["nbgrader"].update(settings))


def set_outputs(*outputs: dict[str, Any]) -> Callable[[Notebook], None]:
    return each_check(lambda cell: cell.update(outputs=[dict(output) for output in outputs], execution_count=1))


def remove_checks(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in CHECKS]


def move_checks(notebook: Notebook) -> None:
    checks = [cell for cell in notebook["cells"] if cell["id"] in CHECKS]
    notebook["cells"] = checks + [cell for cell in notebook["cells"] if cell["id"] not in CHECKS]


def copy_checks(notebook: Notebook) -> None:
    for cell in list(notebook["cells"]):
        if cell["id"] in CHECKS:
            notebook["cells"].insert(0, {**cell, "source": "pass", "id": f"{cell['id']}-copy"})
            notebook["cells"].append({**cell, "source": "pass", "id": f"{cell['id']}-other"})


def swap_names(notebook: Notebook) -> None:
    """A blank exercise's cell gets the name of a right one; the right one stays where it is, first."""
    for cell in notebook["cells"]:
        if cell["id"] in BLANK:
            cell["metadata"]["nbgrader"]["grade_id"] = "clamp"


def swap_checks(notebook: Notebook) -> None:
    for kind in ("check", "hidden"):
        find_cell(notebook, f"{kind}_standardize")["source"] = find_cell(notebook, f"{kind}_clamp")["source"]
        find_cell(notebook, f"{kind}_best")["metadata"]["nbgrader"]["grade_id"] = f"{kind}_squares"


def change_setup(notebook: Notebook) -> None:
    find_cell(notebook, "setup")["source"] += "\nnp.testing.assert_allclose = lambda *args, **kwargs: None"


def unlock_setup(notebook: Notebook) -> None:
    cell = find_cell(notebook, "setup")
    cell["metadata"]["nbgrader"].update(locked=False, solution=True)
    cell["source"] += "\nscores = np.zeros((1, 1))\nimport builtins\nbuiltins.len = lambda value: 10**9"


def add_named_cells(notebook: Notebook) -> None:
    for number, name in enumerate(["hidden_standardize", "check_bonus", "setup", "explain"]):
        settings = {"grade_id": name, "points": 1000}
        notebook["cells"].insert(1, make_code(f"forged-{number}", "1000", **settings))


def solve_in_checks(notebook: Notebook) -> None:
    """Code hidden in cells that count as the instructor's."""
    for name in BLANK:
        find_cell(notebook, f"check_{name}")["source"] = "get_ipython().ast_transformers.clear()\npass"


def write_markup(notebook: Notebook) -> None:
    notebook["cells"].append(make_text("markup", "<script>alert(1)</script><img src=x onerror=alert(2)>"))
    answer = find_cell(notebook, "explain")
    answer["source"] = "<script>alert(3)</script>\n[x](javascript:alert(4)) <iframe src='//example.org'></iframe> &#60;"
    answer["attachments"] = {"x.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"}, "x": {"text/html": "<script>"}}


def retype_answer(notebook: Notebook) -> None:
    cell = find_cell(notebook, "explain")
    cell.update(cell_type="code", source="3.0", outputs=[result("3.0")], execution_count=1)


def spoil_top_level(notebook: Notebook) -> None:
    notebook["metadata"] = {
        "nbgrader": {"max_score": 0},
        "celltoolbar": ["x"],
        "autograder": {"score": 30},
        "language_info": {"name": "R"},
        "widgets": "<script>",
        "kernelspec": "python3",
    }


def name_all_alike(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "check_clamp"


def result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def record(**changes: Any) -> dict[str, Any]:
    return {
        "status": "passed",
        "share": 1.0,
        "message": "",
        "cause": "",
        "misconception": "",
        "properties": [],
        **changes,
    }


def publish(names: list[str]) -> str:
    """Text that publishes records of success in the engine's own protocol."""
    made = [record(exercise=name) for names_ in names for name in (names_, f"check_{names_}", f"hidden_{names_}")]
    return f"from IPython.display import display\nfor made in {made!r}:\n    display({{{MIME!r}: made, 'text/plain': ''}}, raw=True)"


CASES = [
    tampered(
        "empties-visible-checks",
        "replaces the text of every check by `pass`",
        each_check(lambda cell: cell.update(source="pass")),
    ),
    tampered(
        "checks-that-give-points",
        "replaces the text of every check by a large number",
        each_check(lambda cell: cell.update(source="1000")),
    ),
    tampered("deletes-checks", "deletes every check cell", remove_checks),
    tampered("moves-checks", "moves every check above the setup", move_checks),
    tampered("copies-checks", "adds empty copies of every check before and behind", copy_checks),
    tampered(
        "checks-as-text",
        "turns every check into markdown",
        each_check(lambda cell: (cell.update(cell_type="markdown"), cell.pop("outputs"), cell.pop("execution_count"))),
    ),
    tampered(
        "checks-as-raw",
        "turns every check into a raw cell",
        each_check(lambda cell: (cell.update(cell_type="raw"), cell.pop("outputs"), cell.pop("execution_count"))),
    ),
    tampered(
        "checks-of-unknown-type",
        "gives every check a cell type that does not exist",
        each_check(lambda cell: cell.update(cell_type="heading")),
    ),
    tampered(
        "skips-checks",
        "tags every check to be skipped",
        each_check(lambda cell: cell["metadata"].update(tags=["skip-execution", "raises-exception", "remove-cell"])),
    ),
    tampered("raises-points", "sets every check to 1000 points", set_nbgrader(points=1000)),
    tampered("odd-points", "sets points to NaN, text and lists", set_nbgrader(points=float("inf"))),
    tampered("text-as-points", "sets points to a text", set_nbgrader(points="<b>1e9</b>")),
    tampered("checks-as-solutions", "marks every check as a solution", set_nbgrader(solution=True, locked=False)),
    tampered(
        "checks-as-tasks", "marks every check as a task to be graded by hand", set_nbgrader(task=True, grade=False)
    ),
    tampered(
        "ungraded-checks", "marks every check as not graded and unlocked", set_nbgrader(grade=False, locked=False)
    ),
    tampered("checks-of-one-name", "gives every check the same id", set_nbgrader(grade_id="check_clamp")),
    tampered("checks-of-odd-names", "gives checks ids of the wrong type", set_nbgrader(grade_id=["check_clamp"])),
    tampered("old-schema", "sets the schema version to 1", set_nbgrader(schema_version=1)),
    tampered("future-schema", "sets the schema version to 99", set_nbgrader(schema_version=99)),
    tampered("schema-as-text", "sets the schema version to a text", set_nbgrader(schema_version="three")),
    tampered(
        "forged-checksums",
        "sets checksums and cell types as nbgrader writes them",
        set_nbgrader(checksum="0" * 32, cell_type="markdown"),
    ),
    tampered(
        "metadata-as-list",
        "makes the metadata of every check a list",
        each_check(lambda cell: cell.update(metadata=["nbgrader"])),
    ),
    tampered(
        "settings-as-text",
        "makes nbgrader's settings of every check a text",
        each_check(lambda cell: cell.update(metadata={"nbgrader": "grade"})),
    ),
    tampered("no-metadata", "removes the metadata of every check", each_check(lambda cell: cell.pop("metadata"))),
    tampered(
        "forged-status",
        "writes the engine's own note of success into every check",
        each_check(
            lambda cell: cell["metadata"].update(autograder={"status": "ok"}, execution={"iopub.status.idle": "x"})
        ),
    ),
    tampered("swaps-names", "gives wrong exercises the name of a right one", swap_names),
    tampered("swaps-checks", "gives wrong exercises the checks of right ones", swap_checks),
    tampered("changes-setup", "adds a patch to the locked setup cell", change_setup),
    tampered("unlocks-setup", "marks the setup cell as a solution, and changes it", unlock_setup),
    tampered("adds-named-cells", "adds cells with the names of hidden checks and 1000 points", add_named_cells),
    tampered("code-in-checks", "writes code into visible check cells", solve_in_checks),
    tampered(
        "same-ids",
        "gives every cell the same id",
        name_all_alike,
    ),
    tampered("markup-in-text", "writes scripts into text cells, the written answer and its attachments", write_markup),
    tampered("written-answer-as-code", "turns the written answer into code with a number as its output", retype_answer),
    tampered("odd-notebook-metadata", "puts scores and wrong types into the notebook's metadata", spoil_top_level),
    tampered("stored-results", "stores full marks as the output of every check", set_outputs(result("1000"))),
    tampered(
        "stored-texts",
        "stores a result that is no number, which nbgrader takes for full marks",
        set_outputs(result("passed")),
    ),
    tampered(
        "stored-records",
        "stores records of success as outputs",
        set_outputs(
            *({"output_type": "display_data", "metadata": {}, "data": {MIME: record(exercise=name)}} for name in BLANK)
        ),
    ),
    tampered(
        "stored-nonsense",
        "stores outputs of unknown types",
        set_outputs({"output_type": "passed"}, {"output_type": 3}, {"data": ["x"]}),
    ),
    shows(
        "prints-results",
        "prints what reports of results look like",
        "import sys, json\nprint('3.0')\nprint(json.dumps({'score': 30, 'status': 'graded'}))\nprint('All tests passed.', file=sys.stderr)\nsys.__stdout__.write('3.0\\n')",
        **in_call("print('2.0')\nreturn 2.0"),
    ),
    shows(
        "results-of-its-own",
        "ends its cells with numbers and texts as results",
        ["1000", "'passed'", "2.0"],
        count_words="def count_words(text):\n    return None\n1000",
    ),
    shows("publishes-records", "publishes records of success in the engine's own protocol", publish(BLANK)),
    shows(
        "publishes-records-in-calls",
        "publishes records of success while the checks run",
        standardize=f"def standardize(X):\n{''.join('    ' + line + chr(10) for line in publish(['standardize']).splitlines())}    raise KeyError\n",
        count_words=f"def count_words(text):\n{''.join('    ' + line + chr(10) for line in publish(['count_words']).splitlines())}    return None\n",
    ),
    shows(
        "clears-outputs",
        "clears and updates other cells' outputs",
        "from IPython.display import clear_output, display, update_display\n",
        **in_call(
            "clear_output()\nfor name in ('check', 'hidden', '1', ''):\n    update_display('2.0', display_id=name)\nget_ipython().display_pub.clear_output()\nreturn X"
        ),
    ),
    shows(
        "active-html",
        "shows HTML, scripts, SVG and frames",
        "from IPython.display import HTML, SVG, IFrame, Javascript, Markdown, display\n"
        "display(HTML('<script>alert(1)</script><img src=x onerror=alert(1)>'), Javascript('alert(1)'), IFrame('http://127.0.0.1:@PORT@/', 1, 1),\n"
        "        SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>'), Markdown('<script>alert(1)</script>'))",
        **in_call("display(HTML('<script>alert(2)</script>'))\nraise ValueError('<script>alert(3)</script>')"),
    ),
    shows(
        "active-data",
        "shows pictures, widgets and unknown types that hold markup",
        "from IPython.display import display\nmarkup = '\"><script>alert(1)</script>'\n"
        "for kind in ('image/png', 'image/jpeg', 'image/svg+xml', 'application/vnd.jupyter.widget-view+json', 'text/latex', 'text/html', 'application/javascript', 'application/x<script>'):\n"
        "    display({kind: markup, 'text/plain': markup}, raw=True, metadata={'x': markup})",
    ),
    shows(
        "active-names",
        "raises errors whose names and sources are markup",
        "Markup = type('<script>alert(1)</script>', (Exception,), {})",
        **in_call("raise Markup('</pre><script>alert(2)</script>') # </style><script>alert(3)</script>"),
    ),
    shows(
        "control-characters",
        "prints escape sequences, null bytes, lone surrogates and text that runs backwards",
        "print('\\x1b]0;title\\x07\\x1b[2J\\x1b[31m', '\\0', '\\ud800', '\\u202e', '\\r', '\\x7f', '\\uffff')",
        **in_call("raise ValueError('\\x00\\ud800\\x1b[2J')"),
    ),
    shows(
        "prints-much",
        "prints 40 MB",
        "for _ in range(40):\n    print('x' * 2**20)",
        **in_call("print('y' * 2**24)\nreturn X"),
    ),
    shows(
        "prints-many-lines",
        "prints 300 000 lines to both streams",
        "import sys\nfor number in range(150_000):\n    print(number)\n    print(number, file=sys.stderr)",
    ),
    shows(
        "shows-much",
        "shows 300 displays of 100 kB each",
        "from IPython.display import display\nfor _ in range(300):\n    display('x' * 100_000)",
    ),
    shows(
        "huge-repr",
        "ends a cell with an object whose repr is 50 MB, and with one that never ends",
        [
            "class Long:\n    def __repr__(self): return 'x' * 50_000_000\nLong()",
            "class Loop:\n    def __repr__(self): return repr([self, [self]])\nLoop()",
        ],
    ),
    shows("many-figures", "draws 60 figures", "for number in range(60):\n    plt.figure(figsize=(1, 1))\nplt.show()"),
    shows(
        "huge-figure",
        "draws a figure of 60 000 by 60 000 points",
        "plt.figure(figsize=(600, 600), dpi=100)\nplt.plot([1, 2])\nplt.show()",
    ),
    shows(
        "writes-to-descriptors",
        "writes to descriptors 1 and 2 from C",
        "import ctypes, os\nos.write(1, b'3.0\\n' * 1000)\nos.write(2, b'3.0\\n')\nctypes.CDLL(None).puts(b'3.0')",
        right=KEPT,
    ),
    Case(
        "right-and-noisy",
        "false and active outputs",
        False,
        add_cells(
            attack(right=("account",), account="import sys\nprint('<script>', file=sys.stderr)\n" + RIGHT["account"]),
            ["%%html\n<script>alert(1)</script>", "%%javascript\nalert(1)", "%%svg\n<svg onload='alert(1)'/>"],
        ),
        points_for(("account",)),
        "a right answer between cells of HTML, JavaScript and SVG",
    ),
]
