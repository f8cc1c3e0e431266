"""Every limit that holds for a submission, in one table: `doctor` prints it, the engine's parts keep to it.

Knows only numbers and the sentence that goes with each. Exists inside the jail too, so it imports the standard library
alone. A name here is the number itself; `TABLE` has the same numbers with what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

Number = TypeVar("Number", int, float)

KIB, MIB, GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes
    ----------
    name : str
        What is limited, in words.
    value : int or float
        How much is allowed.
    unit : str
        "s", "bytes", "characters", or what is counted.
    beyond : str
        What happens beyond it, a sentence's end.
    """

    name: str
    value: float
    unit: str
    beyond: str

    @property
    def amount(self) -> str:
        """The value as a person writes it, for example ``"64 MiB"`` or ``"30 s"``."""
        if self.unit == "bytes":
            return format_bytes(int(self.value))
        return f"{format_count(self.value)} {self.unit}".rstrip()


TABLE: list[Limit] = []


def format_bytes(count: int) -> str:
    """Write a number of bytes in the largest binary unit that divides it."""
    for size, unit in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if count and count % size == 0:
            return f"{count // size} {unit}"
    return f"{format_count(count)} bytes"


def format_count(value: float) -> str:
    """Write a number with a space between thousands."""
    return f"{value:,.10g}".replace(",", " ")


def _limit(name: str, value: Number, unit: str, beyond: str) -> Number:
    TABLE.append(Limit(name, value, unit, beyond))
    return value


# One thread a process: a class runs many at once, and a check's numbers must not depend on the number of cores.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
BLAS_THREADS = _limit("threads of linear algebra", 1, "", "products are computed by one thread")

# Time.
CELL_TIME = "time of a cell"
CELL_SECONDS = _limit(CELL_TIME, 30.0, "s", "the cell is stopped and costs its own exercise")
SUBMISSION_SECONDS = _limit("time of a submission", 300.0, "s", "the cells that are left are not run")
CPU_SECONDS = _limit("processor time of a process", 60, "s", "the process is ended by the kernel, as if it had died")
MAX_RESTARTS = _limit("restarts of a submission", 3, "", "the cells that are left are not run")
SPAWN_SECONDS = _limit("start of a jailed process", 30.0, "s", "the engine reports a fault of its own, and no score")

# What a jailed process may use; confine.py sets these.
ADDRESS_SPACE_BYTES = _limit("memory of the process", 2 * GIB, "bytes", "the code gets a MemoryError")
STACK_BYTES = _limit("stack of a thread", 64 * MIB, "bytes", "the process dies")
LOCKED_BYTES = _limit("locked memory", 0, "bytes", "the call is refused")
TASKS = _limit("threads", 64, "", "no further thread starts (RuntimeError)")
PROCESSES = _limit("other programs and processes", 0, "", "the call is refused with a sentence (PermissionError)")
FILE_BYTES = _limit("one file", 16 * MIB, "bytes", "the write fails (OSError)")
OPEN_FILES = _limit("open files", 128, "", "the file is not opened (OSError)")
CORE_BYTES = _limit("core file", 0, "bytes", "none is written")
SCRATCH_BYTES = _limit("all files, beside the course's data", 64 * MIB, "bytes", "the write fails (OSError)")
SCRATCH_FILES = _limit("number of files", 4096, "", "the file is not made (OSError)")

# What crosses between the jailed process and the trusted one; wire.py keeps these.
MESSAGE_BUFFER_BYTES = _limit("arrays in one message", 64 * MIB, "bytes", "the call fails with a sentence")
MESSAGE_HEADER_BYTES = _limit("structure of one message", 1 * MIB, "bytes", "the call fails with a sentence")
MESSAGE_DEPTH = _limit("depth of nested values", 64, "levels", "the call fails with a sentence")
INTEGER_BYTES = _limit("one integer", 16 * KIB, "bytes", "the call fails with a sentence")
HANDLES = _limit("objects that a check may hold", 100_000, "", "the call fails with a sentence")

# What is shown and kept.
STREAM_CHARACTERS = _limit("printed text, a cell and stream", 200_000, "characters", "the rest is cut off")
DISPLAY_CHARACTERS = _limit("figures and rich outputs, a cell", 16 * MIB, "characters", "the rest is left out")
OUTPUT_CHARACTERS = _limit("all outputs of a submission", 32 * MIB, "characters", "the rest is left out")
NOTEBOOK_BYTES = _limit("notebook file", 8 * MIB, "bytes", "the file is not read; 0 points and the reason")
NOTEBOOK_CELLS = _limit("cells of a notebook", 2000, "", "the file is not read; 0 points and the reason")
AUTOGRADED_BYTES = _limit("autograded notebook", 4 * MIB, "bytes", "outputs are left out of the file")
