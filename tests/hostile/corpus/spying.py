"""Submissions that read what is not theirs: source, reference, hidden checks, gradebook, classmates, the machine.

What is found becomes the answer, so that a leak shows as points; words that nobody may see show in the outputs.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.hostile.case import hostile

files = partial(hostile, "reading files")
frames = partial(hostile, "reading frames and history")
machine = partial(hostile, "reading the machine")
reference = partial(hostile, "using the reference")
sockets = partial(hostile, "sockets")

# Answers that are whatever an earlier cell has put into `loot`.
LOOTED: dict[str, Any] = {
    "standardize": "def standardize(X):\n    return loot['standardize'](X)\n",
    "account": "Account = loot['Account']\n",
    "best": "best = loot['find_best'](scores) if 'find_best' in loot else loot['best']\n",
    "sort_in_place": "def sort_in_place(values):\n    return loot['sort_in_place'](values)\n",
    "count_words": "def count_words(text):\n    return loot['count_words'](text)\n",
}

# Runs what looks like a solution in any text that `find(text)` is given.
FIND = """\
loot = {}
def find(text):
    import json
    print(str(text)[:100_000])
    try:
        cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    except ValueError:
        cells = [text]
    for cell in cells:
        if any(word in cell for word in ("def standardize", "class Account", "best =", "def sort_in", "def count_words")):
            space = {"np": np, "scores": scores}
            exec(cell, space)
            loot.update(space)
"""
READ_ALL = (
    FIND
    + """\
def read_all(paths):
    for path in paths:
        try:
            find(open(path, errors="replace").read())
        except Exception as error:
            print(path, type(error).__name__)
"""
)

# Calls of the check whose frames hold the reference.
LOOK_UP = """\
def {name}(value):
    import sys
    frame = sys._getframe(1)
    while frame is not None:
        for space in (frame.f_locals, frame.f_globals):
            module = space.get("reference_week1")
            if module is not None:
                return module.{name}(value)
        frame = frame.f_back
"""

LOOKED_UP: dict[str, Any] = {
    name: LOOK_UP.format(name=name) for name in ("standardize", "count_words", "sort_in_place")
}

CASES = [
    files(
        "reads-the-source",
        "runs the solutions from the source notebook",
        READ_ALL + "read_all(['@COURSE@/source/week1/week1.ipynb'])",
        **LOOTED,
    ),
    files(
        "walks-up-to-the-source",
        "looks for the source notebook in every folder above",
        READ_ALL + "from pathlib import Path\nplaces = [Path.cwd(), *Path.cwd().parents, Path('..').resolve()]\n"
        "read_all(path for place in places for path in place.glob('source/*/*.ipynb'))",
        **LOOTED,
    ),
    files(
        "reads-the-reference-file",
        "runs the text of the reference module",
        READ_ALL + "read_all(['@COURSE@/reference_week1.py'])",
        **LOOTED,
    ),
    files(
        "reads-compiled-reference",
        "runs the reference from its compiled file",
        "loot = {}\nimport glob, marshal\n"
        "for path in glob.glob('@COURSE@/**/*reference*.pyc', recursive=True):\n"
        "    exec(marshal.loads(open(path, 'rb').read()[16:]), loot)\nprint(loot.get('__doc__'))",
        **LOOTED,
    ),
    files(
        "reads-classmates-work",
        "runs a classmate's solutions",
        READ_ALL + "import glob\nread_all(sorted(glob.glob('@COURSE@/submitted/*classmate*/week1/*.ipynb'))[:2])",
        **LOOTED,
    ),
    files(
        "reads-graded-work",
        "runs solutions from graded notebooks and from the engine's own memory",
        READ_ALL + "import glob\nread_all(sorted(glob.glob('@COURSE@/autograded/*classmate*/week1/*.ipynb'))[:3])\n"
        "read_all(sorted(glob.glob('@COURSE@/.autograder/week1/*.json'))[:3] + glob.glob('@COURSE@/feedback/*/week1/*.html')[:2])",
        **LOOTED,
    ),
    files(
        "reads-the-gradebook",
        "reads source cells and grades from the gradebook",
        FIND + "import sqlite3\nbase = sqlite3.connect('file:@COURSE@/gradebook.db?mode=ro', uri=True)\n"
        "for (text,) in base.execute('select source from source_cell').fetchall():\n    find(text)\n"
        "print(base.execute('select id from student').fetchall())",
        **LOOTED,
    ),
    files(
        "searches-the-file-system",
        "walks through the file system for the reference, as far as it gets",
        READ_ALL + "import itertools, os\nfound = []\n"
        "for top in ('@COURSE@', os.getcwd(), '/tmp', '/root', '/home', '/opt', '/srv', '/dev/shm', '/var/tmp'):\n"
        "    for folder, _, names in itertools.islice(os.walk(top), 3000):\n"
        "        found += [os.path.join(folder, name) for name in names if 'reference_week1' in name]\nread_all(found[:20])",
        **LOOTED,
    ),
    files(
        "searches-installed-packages",
        "looks for paths of the course in .pth files and direct_url.json of installed packages",
        READ_ALL + "import glob, importlib.metadata, os, sys\n"
        "for place in sys.path:\n    for path in glob.glob(os.path.join(place, '*.pth')):\n"
        "        for line in open(path):\n            read_all(glob.glob(line.strip() + '/source/*/*.ipynb')[:1])\n"
        "try:\n    import autograder\n    print(autograder.__file__)\n    from autograder import course\nexcept ImportError:\n    pass",
        **LOOTED,
    ),
    files(
        "reads-home",
        "reads files of the instructor's home",
        READ_ALL + "import os\nread_all(['@HOME@/secret.txt', os.path.expanduser('~/secret.txt'), '/etc/passwd'])",
        **LOOTED,
    ),
    files(
        "leaves-answers-for-others",
        "leaves right answers in every shared place for a classmate",
        "import os\nfor place in ('/tmp', '/dev/shm', '/var/tmp', os.path.expanduser('~'), '@CANARY@', '..'):\n"
        "    try:\n        open(place + '/left-@MARKER@', 'w').write('def count_words(text): return {w: text.split().count(w) for w in text.split()}')\n"
        "    except OSError:\n        pass",
    ),
    files(
        "uses-answers-left-by-others",
        "runs what a classmate has left in shared places",
        READ_ALL
        + "import glob\nread_all(f'{place}/left-@MARKER@' for place in ('/tmp', '/dev/shm', '/var/tmp', '@HOME@', '@CANARY@', '..'))",
        **LOOTED,
    ),
    files(
        "reads-by-magic",
        "reads files by %load, %%writefile, %run, ! and %%bash",
        [
            "%load @COURSE@/reference_week1.py",
            "%run @COURSE@/reference_week1.py",
            "%cat @COURSE@/reference_week1.py",
            "!cat @COURSE@/reference_week1.py",
            "%%bash\ncat @COURSE@/reference_week1.py @HOME@/secret.txt",
            "loot = globals()\nprint(get_ipython().getoutput('cat @HOME@/secret.txt'))\nprint(loot.get('__doc__'))",
        ],
        **LOOTED,
    ),
    frames(
        "walks-its-callers-frames",
        "finds the reference in the frames of its callers",
        **LOOKED_UP,
    ),
    frames(
        "prints-its-callers",
        "shows source, values and file names of all callers",
        standardize="def standardize(X):\n    import inspect, traceback\n    for entry in inspect.stack():\n"
        "        print(entry.filename, entry.code_context, dict(entry.frame.f_globals))\n"
        "        try:\n            print(inspect.getsource(entry.frame))\n        except (OSError, TypeError):\n            pass\n"
        "    traceback.print_stack()\n    return X\n",
    ),
    frames(
        "follows-a-traceback",
        "raises and follows the traceback's frames outwards",
        standardize="def standardize(X):\n    try:\n        raise ValueError\n    except ValueError as error:\n"
        "        frame = error.__traceback__.tb_frame\n    while frame is not None:\n        for value in list(frame.f_globals.values()):\n"
        "            if getattr(value, '__name__', '') == 'reference_week1':\n                return value.standardize(X)\n"
        "        frame = frame.f_back\n    return X\n",
    ),
    frames(
        "reads-history",
        "prints IPython's history and inputs",
        count_words="def count_words(text):\n    shell = get_ipython()\n    print(shell.user_ns.get('In'), shell.user_ns.get('_ih'))\n"
        "    if shell.history_manager is not None:\n        print(shell.history_manager.input_hist_raw)\n    print(dir())\n    return None\n",
    ),
    frames(
        "reads-line-caches",
        "prints the cached text of every cell that was compiled",
        count_words="def count_words(text):\n    import linecache\n    for name, entry in list(linecache.cache.items()):\n"
        "        if 'site-packages' not in name and len(entry) > 2:\n            print(name, ''.join(entry[2])[:5000])\n"
        "    print(getattr(get_ipython().compile, '_filename_map', None))\n    return None\n",
    ),
    frames(
        "searches-all-strings",
        "prints every string in memory that speaks of hidden tests",
        count_words="def count_words(text):\n    import gc\n    for thing in gc.get_objects():\n        if type(thing) in (list, dict, tuple):\n"
        "            for value in list(thing.values() if type(thing) is dict else thing):\n"
        "                if type(value) is str and 'HIDDEN ' + 'TESTS' in value:\n                    print(value)\n    return None\n",
    ),
    machine(
        "prints-the-environment",
        "shows the environment of its process",
        "import os\nprint(dict(os.environ))\nprint(os.environb)",
    ),
    machine(
        "reads-environments",
        "shows environments and command lines of all processes",
        "from pathlib import Path\nfor name in ('environ', 'cmdline', 'maps', 'mountinfo'):\n"
        "    for path in Path('/proc').glob('[0-9]*/' + name):\n        try:\n            data = path.read_bytes()\n"
        "        except OSError:\n            continue\n        if b'@MARKER@' in data or b'SECRET' in data:\n            print(path, data)\n"
        "print(open('/proc/self/environ').read())",
    ),
    machine(
        "reads-its-parents-files",
        "reads files by /proc/<parent>/cwd, root and fd",
        READ_ALL + "import glob, os\nfor parent in (os.getppid(), 1):\n"
        "    read_all(glob.glob(f'/proc/{parent}/cwd/source/*/*.ipynb') + glob.glob(f'/proc/{parent}/root@COURSE@/source/*/*.ipynb'))\n"
        "    read_all(path for path in glob.glob(f'/proc/{parent}/fd/*') if os.path.isfile(path))",
        **LOOTED,
    ),
    machine(
        "reads-memory",
        "searches the memory of its own process and of its parent for hidden checks",
        "import os, re\nfor pid in (os.getpid(), os.getppid()):\n    try:\n        maps = open(f'/proc/{pid}/maps').read().splitlines()\n"
        "        memory = open(f'/proc/{pid}/mem', 'rb')\n    except OSError:\n        continue\n    for line in maps[:400]:\n"
        "        start, end = (int(part, 16) for part in line.split()[0].split('-'))\n"
        "        if 'rw' in line and end - start < 2**26:\n            try:\n                memory.seek(start)\n"
        "                for hit in re.findall(b'SEC' + b'RET-[A-Z]+-[0-9a-f]+', memory.read(end - start)):\n                    print(hit)\n"
        "            except (OSError, ValueError, OverflowError):\n                pass",
    ),
    machine(
        "traces-other-processes",
        "attaches to its parent with ptrace and process_vm_readv",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nPTRACE_ATTACH = 16\n"
        "if os.getppid() > 1 and libc.ptrace(PTRACE_ATTACH, os.getppid(), 0, 0) == 0:\n"
        "    os.waitpid(os.getppid(), os.WNOHANG)\n    libc.ptrace(17, os.getppid(), 0, 0)\n    print('attached')",
    ),
    machine(
        "leaves-its-namespaces",
        "tries to mount, chroot, unshare and become another user",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "done = [libc.unshare(0x10000000), libc.mount(b'none', b'/mnt', b'tmpfs', 0, 0), libc.chroot(b'.')]\n"
        "for change in (os.setuid, os.setgid):\n    try:\n        change(0)\n    except OSError:\n        pass\n"
        "print('left' if 0 in done else 'stayed')",
        breaks_itself=True,
    ),
    reference(
        "imports-the-reference",
        "imports the reference and gives its answers",
        "loot = {}\nimport reference_week1\nloot = vars(reference_week1)",
        **LOOTED,
    ),
    reference(
        "imports-the-reference-by-path",
        "loads the reference by importlib from wherever the course may be",
        "loot = {}\nimport importlib.util, sys\nsys.path[:0] = ['@COURSE@', '..', '../..']\n"
        "spec = importlib.util.spec_from_file_location('other', '@COURSE@/reference_week1.py')\n"
        "module = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\nloot = vars(module)",
        **LOOTED,
    ),
    reference(
        "imports-the-reference-in-a-call",
        "imports the reference once the check has imported it",
        standardize="def standardize(X):\n    import reference_week1\n    return reference_week1.standardize(X)\n",
        count_words="from functools import cache\n@cache\ndef count_words(text):\n    return __import__('reference_week1').count_words(text)\n",
    ),
    reference(
        "finds-the-reference-in-sys-modules",
        "finds the reference among the imported modules",
        standardize="def standardize(X):\n    import sys\n    return sys.modules['reference_week1'].standardize(X)\n",
        sort_in_place="def sort_in_place(values):\n    import sys\n    sys.modules['reference_week1'].sort_in_place(values)\n",
    ),
    reference(
        "smuggles-the-reference-out",
        "keeps the function that the check passes, and reaches the reference by its globals",
        "stolen = {}",
        derivative="def derivative(f, x, h=1e-5):\n    stolen.update(getattr(f, '__globals__', {}))\n"
        "    return (f(x + h) - f(x - h)) / (2 * h)\n",
        standardize="def standardize(X):\n    return stolen['reference_week1'].standardize(X)\n",
        count_words="def count_words(text):\n    return stolen['reference_week1'].count_words(text)\n",
    ),
    reference(
        "smuggles-by-the-closure",
        "reaches the reference by code, closure, module and wrapped function of a call-back",
        "stolen = []",
        derivative="def derivative(f, x, h=1e-5):\n    import sys\n    for name in ('__code__', '__closure__', '__self__', '__wrapped__', '__func__', '__reduce__'):\n"
        "        stolen.append(getattr(f, name, None))\n    stolen.append(getattr(f, '__globals__', {}).get('reference_week1'))\n"
        "    return (f(x + h) - f(x - h)) / (2 * h)\n",
        standardize="def standardize(X):\n    return stolen[-1].standardize(X)\n",
        count_words="def count_words(text):\n    open(stolen[0].co_filename).read()\n    return stolen[-1].count_words(text)\n",
    ),
    reference(
        "keeps-a-call-back",
        "keeps a call-back and calls it during a later check",
        "kept = []",
        derivative="def derivative(f, x, h=1e-5):\n    kept.append(f)\n    return (f(x + h) - f(x - h)) / (2 * h)\n",
        standardize="def standardize(X):\n    return [kept[0](1.0), kept[-1](X)][1]\n",
    ),
    sockets(
        "fetches-the-answers",
        "gets the reference's text from a listener on the network",
        FIND + "import socket\nwith socket.create_connection(('127.0.0.1', @PORT@), timeout=2) as link:\n"
        "    find(link.makefile().read())",
        **LOOTED,
    ),
    sockets(
        "fetches-the-answers-by-urllib",
        "gets the reference's text by urllib and by asyncio",
        FIND
        + "import asyncio, urllib.request\ntry:\n    find(urllib.request.urlopen('http://127.0.0.1:@PORT@/', timeout=2).read().decode())\n"
        "except Exception as error:\n    print(type(error).__name__)\n"
        "reader, writer = await asyncio.open_connection('127.0.0.1', @PORT@)\nfind((await reader.read()).decode())",
        **LOOTED,
    ),
    sockets(
        "listens",
        "opens listeners on TCP, on a socket file and on an abstract name",
        "import socket\nkept = []\nfor family, address in ((socket.AF_INET, ('127.0.0.1', 0)), (socket.AF_UNIX, '\\0left-@MARKER@'), (socket.AF_UNIX, '@CANARY@/socket')):\n"
        "    try:\n        kept.append(socket.socket(family))\n        kept[-1].bind(address)\n        kept[-1].listen()\n    except OSError:\n        pass",
    ),
    sockets(
        "talks-by-socket-file",
        "gets the answers from a socket file and by an abstract name",
        FIND + "import socket\nfor address in ('@CANARY@-answers', '\\0answers-@MARKER@'):\n    try:\n"
        "        with socket.socket(socket.AF_UNIX) as link:\n            link.connect(address)\n            find(link.makefile().read())\n"
        "    except OSError as error:\n        print(type(error).__name__)",
        **LOOTED,
    ),
]
