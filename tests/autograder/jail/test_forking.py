"""A fork into new namespaces is the first process there, and the C library knows its number; by one fork or by two."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

NAMESPACES = ("mnt", "pid", "user", "ipc", "uts", "cgroup")

FORK = """
import ctypes, json, os, sys, threading
from autograder.jail import forking

def number_kept():
    return ctypes.c_int.from_address(place).value

def look():
    return {name: os.readlink(f"/proc/self/ns/{name}") for name in sys.argv[2:]}

place = forking._find_thread_number()
if sys.argv[1] == "twice":
    forking._CLONE.clear()
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # adopt orphans, as the zygote does
before = look()
reading, writing = os.pipe()
child = forking.fork_into_namespaces()
if child == 0:
    numbers = []
    thread = threading.Thread(target=lambda: numbers.append(threading.get_native_id()))
    thread.start()
    thread.join()
    told = {"pid": os.getpid(), "kept": number_kept(), "thread": numbers, "same": [k for k in before if look()[k] == before[k]]}
    os.write(writing, json.dumps(told).encode())
    os._exit(7)
os.close(writing)
with os.fdopen(reading) as pipe:
    told = json.load(pipe)
print(json.dumps({**told, "status": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "own": number_kept() == os.getpid()}))
"""

REFUSED = """
import errno, os, sys
from autograder.jail import forking

if sys.argv[1] == "twice":
    forking._CLONE.clear()
forking.NEW_NAMESPACES = 0x00011000  # nonsense for both calls
try:
    forking.fork_into_namespaces()
except OSError as error:
    print("refused:", error, flush=True)
os.write(1, b"once\\n")
"""


def run(program: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("way", ["once", "twice"])
def test_the_child_is_the_first_of_its_namespaces(way: str) -> None:
    told = json.loads(run(FORK, way, *NAMESPACES))
    assert told == {"pid": 1, "kept": 1, "thread": [2], "same": [], "status": 7, "own": True}


@pytest.mark.parametrize("way", ["once", "twice"])
def test_a_refusal_is_an_error_here_and_leaves_no_child(way: str) -> None:
    said = run(REFUSED, way)
    assert said.startswith("refused: ") and said.count("once") == 1
