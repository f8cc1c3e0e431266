"""Honest students with odd files, odd habits and unusual right answers: all of them get what they deserve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.autograder.plain_course import write_notebook
from tests.hostile.case import Case, honest, points_for
from tests.hostile.course import EXERCISES, PLOT, RIGHT, Notebook, add_cells, answered, find_cell, make_text, solved


def under_name(name: str) -> Any:
    """A right notebook under another file name."""

    def build(folder: Path) -> None:
        write_notebook(folder / name, solved())

    return build


def habit(name: str, why: str, *cells: str, **answers: str) -> Case:
    """A right notebook with added cells or other texts."""
    return honest(name, why, add_cells(solved(**answers), cells))


def partly(name: str, why: str, build: Any, *missing: str, besides: dict[str, float] | None = None) -> Case:
    """A notebook in which some exercises are missing or wrong."""
    fair = {**points_for(set(EXERCISES) - set(missing)), **(besides or {})}
    return Case(name, "honest", True, build, fair, why)


def as_old_format() -> bytes:
    """The notebook in format 3, as old Jupyters and some services save it."""
    cells = []
    for cell in solved()["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        if cell["cell_type"] == "code":
            old |= {
                "input": cell["source"],
                "language": "python",
                "outputs": [],
                "collapsed": False,
                "prompt_number": 1,
            }
        else:
            old |= {"source": cell["source"]}
        cells.append(old)
    notebook = {
        "metadata": {"name": "week1"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    return json.dumps(notebook).encode()


def without_cells(*ids: str) -> Notebook:
    notebook = solved()
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ids]
    return notebook


def copy_cell() -> Notebook:
    """A copied exercise cell, as Jupyter makes it: with the same settings; the copy is an old attempt behind it."""
    notebook = solved()
    cell = find_cell(notebook, "clamp")
    position = notebook["cells"].index(cell)
    notebook["cells"].insert(position + 1, {**cell, "id": "copied", "source": "# my first try\n" + cell["source"]})
    return notebook


def split_cell() -> Notebook:
    """An exercise split at the cursor: the first part keeps the settings, as does the second."""
    notebook = solved()
    cell = find_cell(notebook, "standardize")
    position = notebook["cells"].index(cell)
    first = {**cell, "id": "split", "source": "def center(X):\n    return X - np.mean(X, axis=0)\n"}
    cell["source"] = "def standardize(X):\n    return center(X) / np.std(X, axis=0)\n"
    first["metadata"] = {}
    notebook["cells"].insert(position, first)
    return notebook


def with_outputs() -> Notebook:
    """A notebook as it is saved after a day's work: outputs, errors, warnings, counts, layout."""
    notebook = solved()
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["execution_count"] = 100 - number
            cell["outputs"] = [
                {"output_type": "stream", "name": "stderr", "text": ["RuntimeWarning: divide by zero\n"]},
                {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["NameError"]},
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {"text/html": ["<b>x</b>"], "text/plain": ["x"]},
                },
            ]
            cell["metadata"] |= {
                "collapsed": True,
                "scrolled": "auto",
                "jp-MarkdownHeadingCollapsed": True,
                "vscode": {"languageId": "python"},
            }
    return notebook


def change(**changes: Any) -> Notebook:
    return {**solved(), **changes}


def without_ids() -> Notebook:
    notebook = change(nbformat_minor=4)
    notebook["cells"] = [{key: value for key, value in cell.items() if key != "id"} for cell in notebook["cells"]]
    return notebook


def lines_as_lists() -> Notebook:
    notebook = solved()
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return notebook


def move_exercises() -> Notebook:
    notebook = solved()
    top, rest = notebook["cells"][:2], notebook["cells"][2:]
    groups = [rest[start : start + 4] for start in range(0, 4 * len(EXERCISES), 4)]
    moved = [cell for group in reversed(groups) for cell in [make_text(f"own-{group[1]['id']}", "## Mine"), *group]]
    notebook["cells"] = [*top, *moved, *rest[4 * len(EXERCISES) :]]
    return notebook


WIDGETS = {
    "application/vnd.jupyter.widget-state+json": {
        "state": {"a": {"model_name": "FloatProgressModel", "state": {}}},
        "version_major": 2,
        "version_minor": 0,
    }
}

CASES = [
    honest("right", "everything right", solved()),
    honest("with-outputs", "saved with outputs, errors and layout", with_outputs()),
    honest("byte-order-mark", "UTF-8 with a byte order mark", b"\xef\xbb\xbf" + json.dumps(solved()).encode()),
    honest(
        "latin-1",
        "a file in Latin-1 with umlauts in comments",
        json.dumps(solved(clamp="# größer, kleiner, é\n" + RIGHT["clamp"]), ensure_ascii=False).encode("latin-1"),
    ),
    honest(
        "windows-line-ends",
        "CR LF at the end of every line, in the file and in the texts",
        json.dumps(solved(**{name: text.replace("\n", "\r\n") for name, text in RIGHT.items()}), indent=1)
        .replace("\n", "\r\n")
        .encode(),
    ),
    honest("format-3", "notebook format 3", as_old_format()),
    honest("no-cell-ids", "notebook format 4.4, without cell ids", without_ids()),
    honest("lines-as-lists", "texts stored as lists of lines", lines_as_lists()),
    *(
        honest(f"named-{number}", f"the file's name is {name!r}", under_name(name))
        for number, name in enumerate(
            ("week1 (1).ipynb", "week1-Copy1.ipynb", "Woche 1 – Müller.ipynb", "WEEK1.IPYNB"), 1
        )
    ),
    honest(
        "unknown-kernel",
        "a kernel that is not installed here",
        change(metadata={"kernelspec": {"name": "conda-env-py38", "display_name": "My env", "language": "python"}}),
    ),
    honest("no-kernel", "no metadata at all", change(metadata={})),
    honest(
        "widget-state",
        "the state of progress bars in the metadata",
        change(metadata={**solved()["metadata"], "widgets": WIDGETS}),
    ),
    honest("copied-cell", "an exercise cell copied, with its settings", copy_cell()),
    honest("split-cell", "an exercise split into two cells", split_cell()),
    honest(
        "deleted-text-cells",
        "all of the instructor's texts deleted",
        without_cells("title", *(f"task_{name}" for name in EXERCISES)),
    ),
    honest(
        "deleted-checks",
        "some check cells deleted to have less to scroll",
        without_cells("check_clamp", "hidden_clamp", "check_best"),
    ),
    honest("deleted-setup", "the setup cell deleted", without_cells("setup")),
    partly(
        "deleted-exercises", "two exercises deleted", without_cells("account", "count_words"), "account", "count_words"
    ),
    partly("left-blank", "nothing done yet", answered({}), *EXERCISES),
    partly(
        "half-done",
        "every other exercise done",
        answered({name: RIGHT[name] for name in list(RIGHT)[::2]}),
        *list(RIGHT)[1::2],
        # A function that is not there raises the NameError that its check waits for.
        besides={"sum_of_squares": 2.0},
    ),
    partly("syntax-error", "a syntax error in one exercise", solved(account="class Account\n    pass\n"), "account"),
    partly(
        "partial-credit",
        "right for the empty text only",
        solved(count_words="def count_words(text):\n    return {}\n"),
        "count_words",
        besides={"count_words": 1.0},
    ),
    partly(
        "visible-only",
        "right for the visible check only",
        solved(squares="def squares(n):\n    return [1, 4, 9][:n] + [0] * (n - 3)\n"),
        "squares",
        besides={"squares": 1.0},
    ),
    partly(
        "does-not-use-squares",
        "right, but without the function that it must use",
        solved(sum_of_squares="def sum_of_squares(n):\n    return sum(i * i for i in range(n + 1))\n"),
        "sum_of_squares",
        besides={"sum_of_squares": 1.0},
    ),
    habit("extra-cells", "cells of the student's own everywhere", "a = 1", "a += 1\na", "# TODO", "", "assert a == 2"),
    habit(
        "own-errors",
        "cells of the student's own that fail",
        "1 / 0",
        "undefined",
        "def broken(:\n    pass",
        "raise Exception('stop')",
    ),
    habit(
        "magics",
        "timings and other magics of IPython",
        "%matplotlib inline",
        "%%time\nx = sum(range(1000))",
        "%timeit -n 1 -r 1 sum(range(10))",
        "%config InlineBackend.figure_format = 'retina'",
        "%who",
        "%load_ext autoreload\n%autoreload 2",
        "print?",
        "%%capture\nprint(1)",
        "np.mean??",
    ),
    habit(
        "shell-commands", "runs shell commands, which nobody needs", "!pip --version", "!ls", "%pwd", "%pip --version"
    ),
    habit(
        "warnings",
        "warnings on stderr",
        "import warnings\nwarnings.warn('careful')\nnp.log(np.array([0.0]))",
        standardize="def standardize(X):\n    import sys, warnings\n    warnings.warn('dividing')\n    print('centred', file=sys.stderr)\n    np.array([1.0]) / 0\n"
        + RIGHT["standardize"].split("\n", 1)[1],
    ),
    habit(
        "progress-bars",
        "progress bars on stderr",
        "from tqdm import tqdm\nfor _ in tqdm(range(3)):\n    pass",
        count_words="from tqdm.auto import tqdm\ndef count_words(text):\n    counts = {}\n    for word in tqdm(text.split()):\n        counts[word] = counts.get(word, 0) + 1\n    return counts\n",
    ),
    habit(
        "logging",
        "logs to stderr and to a file",
        "import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.getLogger().addHandler(logging.FileHandler('log.txt'))",
        clamp="def clamp(x, low, high):\n    logging.warning('clamping %s', x)\n    return min(max(x, low), high)\n",
    ),
    habit(
        "plots-in-answers",
        "draws while it answers",
        "fig, ax = plt.subplots()\nax.hist(scores[:, 0])",
        best=f"{PLOT}\n{RIGHT['best']}fig = plt.figure()\n",
    ),
    habit(
        "large-figures",
        "six figures of noise, which are large as pictures",
        "for number in range(6):\n    plt.figure(figsize=(6, 4), dpi=100)\n    plt.imshow(np.random.default_rng(number).random((400, 600, 3)))\nplt.show()",
    ),
    habit(
        "large-figures-in-a-call",
        "draws six figures of noise when the check calls",
        clamp="def show():\n    for number in range(6):\n        plt.figure(figsize=(6, 4), dpi=100)\n"
        "        plt.imshow(np.random.default_rng(number).random((400, 600, 3)))\n    plt.show()\n"
        "def clamp(x, low, high):\n    if x == 5:\n        show()\n    return min(max(x, low), high)\n",
    ),
    habit(
        "long-tables",
        "shows the same long table ten times",
        "from IPython.display import display\nfor _ in range(10):\n    display({'text/plain': 'x ' * 80_000}, raw=True)",
    ),
    habit(
        "own-files",
        "writes and reads files beside the notebook",
        "with open('notes.txt', 'w') as file:\n    file.write('5')\nnp.save('scores.npy', scores)",
        best="loaded = np.load('scores.npy')\nbest = {'row': int(np.argmax(loaded.sum(axis=1))), 'mean': float(loaded.mean())}\n",
    ),
    habit(
        "temporary-files",
        "uses temporary files",
        "import tempfile\nfrom pathlib import Path",
        clamp="def clamp(x, low, high):\n    with tempfile.TemporaryDirectory() as folder:\n        Path(folder, 'x').write_text(repr(x))\n        x = float(Path(folder, 'x').read_text())\n    return min(max(x, low), high)\n",
    ),
    habit(
        "helper-functions",
        "helper functions in cells of their own",
        "def below(x, low):\n    return x < low\n",
        "from coursekit.data import name_rows\nnames = name_rows(3)",
        clamp="def clamp(x, low, high):\n    return low if below(x, low) else high if x > high else x\n",
    ),
    habit(
        "own-state",
        "state that lives from cell to cell",
        "calls = []\ncache = {}",
        squares="def squares(n):\n    calls.append(n)\n    if n not in cache:\n        cache[n] = [i * i for i in range(1, n + 1)]\n    return list(cache[n])\n",
    ),
    habit(
        "global-statement",
        "a counter by `global`",
        "count = 0",
        clamp="def clamp(x, low, high):\n    global count\n    count += 1\n    return sorted([low, x, high])[1]\n",
    ),
    habit(
        "awaits",
        "await at the top level of a cell",
        "import asyncio\nawait asyncio.sleep(0)\nasync def add(a, b):\n    return a + b\nthree = await add(1, 2)",
    ),
    habit(
        "runs-an-event-loop",
        "an event loop inside a function",
        clamp="import asyncio, threading\ndef clamp(x, low, high):\n    async def work():\n        await asyncio.sleep(0)\n        return min(max(x, low), high)\n"
        "    answer = []\n    thread = threading.Thread(target=lambda: answer.append(asyncio.run(work())))\n    thread.start()\n    thread.join()\n    return answer[0]\n",
    ),
    habit(
        "threads",
        "threads inside a function",
        "from concurrent.futures import ThreadPoolExecutor",
        squares="def squares(n):\n    with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(lambda i: i * i, range(1, n + 1)))\n",
    ),
    habit(
        "seeds",
        "sets seeds and print options",
        "np.random.seed(0)\nimport random\nrandom.seed(0)\nnp.set_printoptions(precision=2)\nplt.rcParams['figure.figsize'] = 3, 2",
    ),
    habit(
        "reads-the-data-again",
        "loads the data file itself",
        "import csv\nrows = list(csv.reader(open('scores.csv')))",
        best="data = np.genfromtxt('scores.csv', delimiter=',')\nbest = {'mean': float(data.mean()), 'row': int(data.sum(1).argmax())}\n",
    ),
    habit(
        "own-tests",
        "checks of the student's own with other libraries",
        "import unittest, doctest\nclass Test(unittest.TestCase):\n    def test_true(self): self.assertTrue(True)\nunittest.main(argv=[''], exit=False)",
    ),
    habit(
        "star-imports",
        "import * over everything",
        "from math import *\nfrom numpy import *\nfrom matplotlib.pyplot import *",
        clamp=RIGHT["clamp"],
    ),
    honest(
        "exits-at-the-end",
        "stops the notebook by sys.exit in the last cell",
        add_cells(solved(), ["import sys\nsys.exit()"], after="plot"),
    ),
    honest(
        "answer-in-an-extra-cell",
        "the function stands in a cell of its own above the exercise's, which is emptied",
        add_cells(solved(clamp="# see above\n"), [RIGHT["clamp"]]),
    ),
    honest(
        "written-answer-with-pictures",
        "a written answer with formulas and a picture",
        solved(explain="$\\mu = 0$, $a < b$ ![x](attachment:x.png)"),
    ),
    honest("moved-cells", "the exercises in the opposite order, with headings of the student's own", move_exercises()),
]
