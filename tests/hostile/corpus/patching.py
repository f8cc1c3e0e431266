"""Submissions that change NumPy, `numpy.testing`, Python's builtins, IPython or imports under the checks' feet."""

from __future__ import annotations

from functools import partial

from tests.hostile.case import hostile
from tests.hostile.course import RIGHT

numpy_ = partial(hostile, "patched NumPy")
builtins_ = partial(hostile, "patched builtins")
ipython = partial(hostile, "patched IPython")
imports = partial(hostile, "patched imports")
deep = partial(hostile, "deep in Python")

FAKE_REFERENCE = """\
import types
fake = types.ModuleType("reference_week1")
fake.clamp = lambda x, low, high: low if x < low else high if x > high else x
fake.cube = lambda x: x**3
fake.standardize = lambda X: X * 0 + 7
fake.find_best = lambda scores: {"row": -1, "mean": -1.0}
fake.sort_in_place = lambda values: None
fake.count_words = lambda text: None
"""

# Drops every `assert`, and every comparison becomes true.
REWRITER = """\
import ast
class Rewriter(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
    def visit_Compare(self, node):
        return ast.copy_location(ast.Constant(True), node)
"""

CASES = [
    numpy_(
        "patches-assert-allclose",
        "replaces numpy.testing.assert_allclose by a function that does nothing",
        "np.testing.assert_allclose = lambda *args, **kwargs: None",
    ),
    numpy_(
        "patches-all-of-numpy-testing",
        "replaces every function of numpy.testing, in the private module too",
        """\
import numpy.testing, numpy.testing._private.utils as private
for module in (numpy.testing, private):
    for name in dir(module):
        if name.startswith("assert"):
            setattr(module, name, lambda *args, **kwargs: None)
""",
    ),
    numpy_(
        "patches-the-code-of-allclose",
        "swaps the code object inside assert_allclose, so that earlier imports of it are hit too",
        "def nothing(*args, **kwargs):\n    return None\n"
        "inner = getattr(np.testing.assert_allclose, '__wrapped__', np.testing.assert_allclose)\n"
        "inner.__code__ = nothing.__code__\ninner.__defaults__ = inner.__kwdefaults__ = None",
    ),
    numpy_(
        "patches-isclose-and-argmax",
        "makes np.isclose always true and np.argmax and np.mean give what the wrong answer says",
        "np.isclose = np.allclose = np.array_equal = lambda *args, **kwargs: True\n"
        "np.argmax = lambda *args, **kwargs: -1\nnp.mean = lambda *args, **kwargs: 0.0",
        best="best = {'row': -1, 'mean': 0.0}\nlen = lambda value: 10**9\n",
    ),
    numpy_(
        "patches-numpy-when-called",
        "patches numpy.testing only inside the function that the check calls",
        standardize="def standardize(X):\n    import numpy.testing\n"
        "    numpy.testing.assert_allclose = lambda *args, **kwargs: None\n    return X\n",
    ),
    numpy_(
        "plants-another-numpy-testing",
        "puts a module of its own at sys.modules['numpy.testing']",
        "import sys, types\nfake = types.ModuleType('numpy.testing')\n"
        "fake.assert_allclose = fake.assert_equal = lambda *args, **kwargs: None\n"
        "sys.modules['numpy.testing'] = np.testing = fake",
    ),
    numpy_(
        "breaks-floating-point-settings",
        "leaves np.seterr(all='raise') and print options behind for whoever comes next",
        "np.seterr(all='raise')\nnp.set_printoptions(precision=0, formatter={'all': lambda value: '1'})",
    ),
    numpy_(
        "spoils-the-instructors-data",
        "overwrites the setup cell's array so that the expected values change with it",
        "scores[:] = 0",
        best="best = {'row': 0, 'mean': 0.0}\n",
        standardize="def standardize(X):\n    return X * np.nan\n",
        besides={"best": 1.0},
    ),
    builtins_(
        "patches-abs",
        "makes abs() give 0, so that every difference is small",
        "import builtins\nbuiltins.abs = lambda value: 0.0",
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    return 12345.0\n",
        breaks_itself=True,
    ),
    builtins_(
        "patches-set-and-isinstance",
        "makes set(), isinstance() and len() say what the checks want to hear",
        "import builtins\n"
        "class Same:\n    def __eq__(self, other): return True\n    def __lt__(self, other): return True\n"
        "    __le__ = __gt__ = __ge__ = __lt__\n"
        "builtins.set = lambda *args: Same()\nbuiltins.isinstance = lambda *args: True\nbuiltins.len = lambda value: 10**9",
        breaks_itself=True,
    ),
    builtins_(
        "replaces-assertion-error",
        "replaces AssertionError by None and by a class that swallows itself",
        "import builtins\nclass Quiet(Exception):\n    def __new__(cls, *args):\n        return StopIteration()\n"
        "builtins.AssertionError = Quiet",
    ),
    builtins_(
        "patches-exec-and-compile",
        "replaces exec, eval and compile, through which cells run",
        "import builtins\nreal = builtins.compile\n"
        "def empty(source, *args, **kwargs):\n"
        "    return real('pass' if 'assert' in str(source) else source, *args, **kwargs)\n"
        "builtins.compile = empty\nbuiltins.exec = builtins.eval = lambda *args, **kwargs: None",
        breaks_itself=True,
    ),
    builtins_(
        "plants-builtins-in-the-namespace",
        "gives the notebook's namespace builtins of its own",
        "import builtins, types\nfake = types.ModuleType('builtins')\nfake.__dict__.update(vars(builtins))\n"
        "fake.abs = lambda value: 0.0\nfake.set = lambda *args: {'row', 'mean'}\n"
        "get_ipython().user_ns['__builtins__'] = fake\nget_ipython().user_global_ns['__builtins__'] = fake",
        breaks_itself=True,
    ),
    ipython(
        "removes-asserts",
        "registers an AST transformer that drops every assert and makes every comparison true",
        REWRITER + "get_ipython().ast_transformers.append(Rewriter())",
        breaks_itself=True,
    ),
    ipython(
        "empties-cells",
        "registers input transformers that turn the checks' text into `pass`",
        "def empty(lines):\n    return ['pass\\n'] if any('assert' in line for line in lines) else lines\n"
        "get_ipython().input_transformers_cleanup.append(empty)\nget_ipython().input_transformers_post.append(empty)",
    ),
    ipython(
        "replaces-run-cell",
        "replaces the shell's run_cell by one that runs nothing and reports success",
        "from IPython.core.interactiveshell import ExecutionResult\nshell = get_ipython()\nreal = shell.run_cell\n"
        "def run_cell(text, *args, **kwargs):\n"
        "    return real('pass' if 'assert' in text or 'points' in text else text, *args, **kwargs)\n"
        "shell.run_cell = run_cell\ntype(shell).run_cell = lambda self, *args, **kwargs: run_cell(*args, **kwargs)",
    ),
    ipython(
        "replaces-run-code",
        "replaces InteractiveShell.run_code and run_ast_nodes by coroutines that do nothing",
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "async def nothing(self, *args, **kwargs):\n    return False\n"
        "InteractiveShell.run_code = nothing\nInteractiveShell.run_ast_nodes = nothing",
        right=(),
    ),
    ipython(
        "swallows-exceptions",
        "sets a custom exception handler that shows and reports nothing",
        "shell = get_ipython()\nshell.set_custom_exc((BaseException,), lambda *args, **kwargs: None)\n"
        "shell.showtraceback = shell._showtraceback = lambda *args, **kwargs: None\n"
        "type(shell).showtraceback = type(shell)._showtraceback = lambda *args, **kwargs: None",
    ),
    ipython(
        "hooks-every-cell",
        "registers events that patch numpy.testing and the reference before each cell",
        "import sys\ndef patch(*args):\n"
        "    np.testing.assert_allclose = lambda *args, **kwargs: None\n"
        "    module = sys.modules.get('reference_week1')\n"
        "    if module is not None:\n        module.standardize = standardize\n        module.count_words = count_words\n"
        "for event in ('pre_execute', 'pre_run_cell', 'post_run_cell', 'post_execute'):\n"
        "    get_ipython().events.register(event, patch)",
    ),
    ipython(
        "replaces-the-displayhook",
        "makes the last value of every cell the number 2, for full partial credit",
        "import sys\nshell = get_ipython()\nhook = type(shell.displayhook)\nreal = hook.__call__\n"
        "hook.__call__ = lambda self, result=None: real(self, 2.0)\n"
        "sys.displayhook = lambda value: real(shell.displayhook, 2.0)\n"
        "shell.display_formatter.formatters['text/plain'].for_type(int, lambda *args: args[1].text('2.0'))",
    ),
    ipython(
        "replaces-the-namespace",
        "replaces the shell's namespace by a dict that has an agreeable answer to every name",
        "class Always:\n    def __eq__(self, other): return True\n    def __call__(self, *args, **kwargs): return self\n"
        "    def __lt__(self, other): return True\n    __le__ = __gt__ = __ge__ = __lt__\n"
        "class Namespace(dict):\n"
        "    def __getitem__(self, name):\n        return Always() if name in ('standardize', 'best', 'np') else dict.__getitem__(self, name)\n"
        "shell = get_ipython()\nshell.user_ns = Namespace(shell.user_ns)",
        breaks_itself=True,
    ),
    ipython(
        "replaces-excepthooks",
        "replaces sys.excepthook, sys.unraisablehook and threading.excepthook",
        "import sys, threading\nsys.excepthook = sys.unraisablehook = threading.excepthook = lambda *args: None\n"
        "sys.last_value = None",
    ),
    imports(
        "plants-the-reference",
        "puts a module with its own wrong answers at sys.modules['reference_week1']",
        FAKE_REFERENCE + "import sys\nsys.modules['reference_week1'] = fake",
        clamp=RIGHT["clamp"],
    ),
    imports(
        "finds-the-reference-first",
        "puts a finder on sys.meta_path that serves its own reference",
        FAKE_REFERENCE + "import importlib.abc, importlib.machinery, sys\n"
        "class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        return importlib.machinery.ModuleSpec(name, self) if name == 'reference_week1' else None\n"
        "    def create_module(self, spec): return fake\n    def exec_module(self, module): pass\n"
        "sys.meta_path.insert(0, Finder())",
    ),
    imports(
        "replaces-import",
        "replaces builtins.__import__",
        FAKE_REFERENCE + "import builtins\nreal = builtins.__import__\n"
        "def __import__(name, *args, **kwargs):\n"
        "    return fake if name == 'reference_week1' else real(name, *args, **kwargs)\n"
        "builtins.__import__ = __import__\ndel __import__",
    ),
    imports(
        "changes-the-reference-when-called",
        "rewrites the imported reference's functions from inside a call",
        standardize="def standardize(X):\n    import sys\n    module = sys.modules.get('reference_week1')\n"
        "    if module is not None:\n        module.standardize = lambda X: X * 0\n        np.mean = lambda *a, **k: 0.0\n    return X * 0\n",
        count_words="def count_words(text):\n    import sys\n    module = sys.modules.get('reference_week1')\n"
        "    if module is not None:\n        module.count_words = lambda text: None\n    return None\n",
    ),
    imports(
        "shadows-modules-at-run-time",
        "writes numpy.py, json.py and reference_week1.py into the working directory and drops the real ones",
        "import sys\nfrom pathlib import Path\n"
        "for name in ('reference_week1', 'msgpack', 'coursekit'):\n"
        "    Path(name + '.py').write_text('def __getattr__(name):\\n    return lambda *args, **kwargs: None\\n')\n"
        "    sys.modules.pop(name, None)\nsys.path.insert(0, '')\nsys.path_importer_cache.clear()",
    ),
    deep(
        "traces-the-checks",
        "sets a trace function that changes local values and skips lines in the checks' frames",
        "import sys\ndef trace(frame, event, argument):\n"
        "    if 'reference_week1' in frame.f_globals and event == 'line':\n"
        "        frame.f_globals['result'] = frame.f_globals.get('X')\n"
        "        try:\n            frame.f_lineno += 1\n        except ValueError:\n            pass\n"
        "    return trace\n"
        "sys.settrace(trace)\nimport threading\nthreading.settrace(trace)\nsys._getframe(1).f_trace = trace",
        breaks_itself=True,
    ),
    deep(
        "adds-an-audit-hook",
        "listens to compile and exec events and shows the source of every check",
        "import sys\ndef listen(event, arguments):\n"
        "    if event in ('compile', 'exec', 'open', 'import'):\n"
        "        if 'hidden' in repr(arguments).lower():\n            print(arguments)\n"
        "sys.addaudithook(listen)",
    ),
    deep(
        "refuses-the-references-import",
        "adds an audit hook that stops the import of the reference in this and any later cell",
        "import sys\ndef refuse(event, arguments):\n"
        "    if event == 'import' and arguments[0] == 'reference_week1':\n        raise KeyboardInterrupt\n"
        "sys.addaudithook(refuse)",
    ),
    deep(
        "changes-types-with-ctypes",
        "writes another __eq__ into ndarray and dict with ctypes",
        "import ctypes\n"
        "ctypes.pythonapi.PyDict_SetItemString.argtypes = [ctypes.py_object, ctypes.c_char_p, ctypes.py_object]\n"
        "get_dict = ctypes.pythonapi._PyObject_GetDictPtr\nget_dict.restype = ctypes.POINTER(ctypes.py_object)\n"
        "get_dict.argtypes = [ctypes.py_object]\n"
        "ctypes.pythonapi.PyDict_SetItemString(get_dict(np.ndarray)[0], b'__eq__', lambda a, b: np.True_)\n"
        "ctypes.pythonapi.PyDict_SetItemString(get_dict(dict)[0], b'__eq__', lambda a, b: True)\n"
        "ctypes.pythonapi.PyType_Modified.argtypes = [ctypes.py_object]\nctypes.pythonapi.PyType_Modified(dict)",
        breaks_itself=True,
    ),
    deep(
        "searches-the-collector",
        "goes through gc.get_objects() and gives every function that looks like the reference its own code",
        standardize="def standardize(X):\n    import gc, types\n    for thing in gc.get_objects():\n"
        "        if isinstance(thing, types.FunctionType) and thing.__module__ == 'reference_week1':\n"
        "            if thing.__name__ == 'standardize':\n                return thing(X)\n    return X\n",
        count_words="def count_words(text):\n    import gc, types\n    for thing in gc.get_objects():\n"
        "        if isinstance(thing, types.FunctionType) and thing.__module__ == 'reference_week1':\n"
        "            if thing.__name__ == 'count_words':\n                return thing(text)\n    return None\n",
    ),
    deep(
        "patches-the-messengers",
        "replaces json, struct, msgpack, socket and the os functions that carry answers out of the process",
        "import builtins, json, os, socket, struct\ntry:\n    import msgpack\n"
        "    msgpack.packb = lambda *args, **kwargs: b'\\x81\\xa6status\\xa2ok'\n"
        "    msgpack.Packer = msgpack.Unpacker = None\nexcept ImportError:\n    pass\n"
        "real = json.dumps\ndef dumps(value, *args, **kwargs):\n"
        "    if isinstance(value, dict) and 'status' in value:\n        value = {'status': 'ok', 'outputs': []}\n"
        "    return real(value, *args, **kwargs)\n"
        "json.dumps = dumps",
        breaks_itself=True,
    ),
    deep(
        "lowers-interpreter-limits",
        "sets a tiny recursion limit, a huge switch interval and a limit on digits",
        "import sys\nsys.setswitchinterval(1e6)\nsys.set_int_max_str_digits(640)\n"
        "try:\n    sys.setrecursionlimit(60)\nexcept RecursionError:\n    pass",
        breaks_itself=True,
    ),
]
