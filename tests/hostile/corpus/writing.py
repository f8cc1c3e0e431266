"""Submissions that write what is not theirs, and files beside the notebook that pretend to be something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.autograder.plain_course import write_notebook
from tests.hostile.case import KEPT, Case, attack, hostile, points_for
from tests.hostile.course import NOTEBOOK

writes = partial(hostile, "writing files")

OVERWRITE = """\
import glob
def overwrite(pattern, change):
    for path in glob.glob(pattern, recursive=True):
        try:
            text = open(path, errors="surrogateescape").read()
            open(path, "w", errors="surrogateescape").write(change(text))
        except OSError as error:
            print(path, type(error).__name__)
"""

# A module that says yes to everything.
YES = "def __getattr__(name):\n    return lambda *args, **kwargs: None\n"


def beside(name: str, why: str, files: Mapping[str, str]) -> Case:
    """A hostile notebook with further files in the submitted folder."""
    build = put_beside(files)
    return Case(name, "files beside the notebook", False, build, points_for(KEPT), why)


def put_beside(files: Mapping[str, str]) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        write_notebook(folder / NOTEBOOK, attack())
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)

    return build


CASES = [
    writes(
        "empties-the-hidden-checks",
        "removes every assert from the course's source and release",
        OVERWRITE + "overwrite('@COURSE@/source/*/*.ipynb', lambda text: text.replace('assert', '# assert'))\n"
        "overwrite('@COURSE@/release/*/*.ipynb', lambda text: text.replace('assert', '# assert'))",
    ),
    writes(
        "changes-the-reference",
        "writes wrong answers into the reference module and the course's own package",
        OVERWRITE + "wrong = '\\ndef standardize(X):\\n    return X * 0 + 7\\n'\n"
        "overwrite('@COURSE@/reference_week1.py', lambda text: text + wrong)\n"
        "overwrite('@COURSE@/coursekit/*.py', lambda text: text + wrong)",
    ),
    writes(
        "changes-the-data",
        "overwrites the data file that everyone reads, in the course and in the working directory",
        OVERWRITE
        + "overwrite('@COURSE@/source/week1/scores.csv', lambda text: '0,0,0\\n')\noverwrite('scores.csv', lambda text: '0,0,0\\n')",
    ),
    writes(
        "changes-the-configuration",
        "appends settings to nbgrader_config.py",
        OVERWRITE + "overwrite('@COURSE@/nbgrader_config.py', lambda text: text + '\\nc.Execute.timeout = 0\\n')",
    ),
    writes(
        "changes-the-gradebook",
        "gives itself full marks and everyone else none in the gradebook",
        "import sqlite3\nbase = sqlite3.connect('@COURSE@/gradebook.db', timeout=1)\n"
        "base.execute('update grade set auto_score = 0, manual_score = 3, needs_manual_grade = 0')\nbase.commit()",
    ),
    writes(
        "locks-the-gradebook",
        "holds a lock on the gradebook as long as it may",
        "import sqlite3\nbase = sqlite3.connect('@COURSE@/gradebook.db', timeout=1, isolation_level=None)\nbase.execute('begin exclusive')",
    ),
    writes(
        "changes-classmates-work",
        "empties the submissions of classmates",
        OVERWRITE + "overwrite('@COURSE@/submitted/*classmate*/week1/*.ipynb', lambda text: '{}')",
    ),
    writes(
        "changes-results",
        "writes graded notebooks, feedback pages and results of the engine",
        OVERWRITE
        + "for step in ('autograded/*/week1/*.ipynb', 'feedback/*/week1/*.html', '.autograder/week1/*.json', '.autograder/*.csv'):\n"
        "    overwrite('@COURSE@/' + step, lambda text: '<script>alert(1)</script>')",
    ),
    writes(
        "writes-start-up-files",
        "writes start-up files of IPython, Python, Matplotlib and the shell",
        "import os\nhome = '@HOME@'\nfor name in ('.ipython/profile_default/startup/00.py', '.ipython/profile_default/ipython_config.py',\n"
        "        '.local/lib/python3.11/site-packages/usercustomize.py', '.bashrc', '.profile', '.jupyter/nbgrader_config.py',\n"
        "        '.config/matplotlib/matplotlibrc', '.pythonrc.py'):\n"
        "    for top in (home, os.path.expanduser('~')):\n        try:\n            os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)\n"
        "            open(os.path.join(top, name), 'a').write('import numpy.testing\\n')\n        except OSError:\n            pass",
    ),
    writes(
        "writes-into-the-installation",
        "writes a file into every folder of sys.path, and beside NumPy",
        "import sys, os\nfor place in [*sys.path, os.path.dirname(np.__file__), sys.prefix, sys.base_prefix]:\n"
        "    if place.startswith(sys.prefix) or 'site-packages' in place:\n        try:\n"
        "            open(os.path.join(place, 'left-@MARKER@.txt'), 'w').write('x')\n        except OSError:\n            pass",
    ),
    writes(
        "writes-the-canary",
        "writes, links and makes folders where everyone may",
        "import os\nfor action in (lambda: open('@CANARY@/written', 'w'), lambda: os.symlink('/etc', '@CANARY@/link'),\n"
        "        lambda: os.mkdir('@CANARY@/folder'), lambda: os.mkfifo('@CANARY@/pipe'), lambda: os.chmod('@CANARY@', 0)):\n"
        "    try:\n        action()\n    except OSError:\n        pass",
    ),
    writes(
        "replaces-its-working-directory",
        "puts a link to the course in the place of its working directory, and makes it unreadable",
        "import os, shutil\nhere = os.getcwd()\nfor action in (lambda: os.chmod('.', 0), lambda: os.chdir('/'), lambda: os.rename(here, here + '-old'),\n"
        "        lambda: os.symlink('@COURSE@', here), lambda: os.chdir(here)):\n"
        "    try:\n        action()\n    except OSError:\n        pass",
    ),
    writes(
        "hands-in-again",
        "rewrites its own and its neighbours' submitted files while they are graded",
        OVERWRITE
        + "overwrite('@COURSE@/submitted/hands-in-again/week1/*', lambda text: text.replace('X * 0 + 7', '(X - X.mean(axis=0)) / X.std(axis=0)'))\n"
        "import os\nfor name in ('zoe', 'hands-in-twice'):\n    try:\n        os.makedirs(f'@COURSE@/submitted/{name}/week1')\n    except OSError:\n        pass",
    ),
    writes(
        "reads-its-data-only-once",
        "removes the data file after reading it, so that a restart has none",
        "import os\nos.remove('scores.csv')\nos._exit(1)",
    ),
    beside(
        "modules-beside-the-notebook",
        "hands in modules named like numpy, the reference, json and the standard library",
        dict.fromkeys(
            (
                "numpy.py",
                "reference_week1.py",
                "json.py",
                "random.py",
                "msgpack.py",
                "matplotlib/__init__.py",
                "autograder/__init__.py",
            ),
            YES,
        ),
    ),
    beside(
        "start-up-files-beside-the-notebook",
        "hands in sitecustomize, usercustomize, .pth, conftest and IPython start-up files",
        dict.fromkeys(
            (
                "sitecustomize.py",
                "usercustomize.py",
                "evil.pth",
                "conftest.py",
                ".ipython/profile_default/startup/0.py",
                "__init__.py",
                "pyvenv.cfg",
            ),
            "import numpy.testing\nnumpy.testing.assert_allclose = lambda *a, **k: None\n",
        ),
    ),
    beside(
        "configuration-beside-the-notebook",
        "hands in nbgrader_config.py, matplotlibrc, ipython_config.py, pytest.ini and a gradebook",
        {
            "nbgrader_config.py": "c = get_config()\nc.Execute.timeout = 1\nraise SystemExit\n",
            "matplotlibrc": "backend: nonsense\n",
            "ipython_config.py": "raise SystemExit\n",
            "gradebook.db": "",
            "pytest.ini": "[pytest]\naddopts = --collect-only\n",
            ".env": "PYTHONPATH=.\n",
        },
    ),
    beside(
        "data-beside-the-notebook",
        "hands in another data file under the name of the instructor's",
        {"scores.csv": "0,0,0\n0,0,0\n"},
    ),
    beside(
        "graded-files-beside-the-notebook",
        "hands in folders named autograded, feedback and .autograder with results in them",
        {
            "autograded/week1.ipynb": "{}",
            "feedback/week1.html": "<script>alert(1)</script>",
            ".autograder/week1.csv": "student,total\n",
            "source/week1/week1.ipynb": "{}",
        },
    ),
    beside(
        "checkpoints-beside-the-notebook",
        "hands in checkpoints and hidden copies",
        {".ipynb_checkpoints/week1-checkpoint.ipynb": "{}", ".week1.ipynb": "[]"},
    ),
    beside(
        "many-files-beside-the-notebook",
        "hands in 3 000 files",
        {f"notes/{number}.txt": "x" for number in range(1500)} | {f"{number}.txt": "x" for number in range(1500)},
    ),
    beside(
        "names-beside-the-notebook",
        "hands in files whose names hold markup, quotes and line breaks",
        {
            "<script>alert(1)<": "x",
            "a\nb": "x",
            "'; drop table grade; --": "x",
            "=1+1": "x",
            "%s%n": "x",
            "\u202egnp.exe": "x",
            "-rf": "x",
        },
    ),
]
