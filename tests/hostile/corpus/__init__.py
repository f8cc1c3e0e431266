"""The corpus: one list of every submission that the engine must withstand or treat fairly, each with its fair score."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.hostile.corpus import (
    agreeing,
    answers,
    files,
    honest,
    insider,
    patching,
    protocol,
    spying,
    stopping,
    tampering,
    writing,
)

CORPUS: list[Case] = [
    *patching.CASES,
    *agreeing.CASES,
    *stopping.CASES,
    *spying.CASES,
    *writing.CASES,
    *protocol.CASES,
    *insider.CASES,
    *tampering.CASES,
    *files.CASES,
    *honest.CASES,
    *answers.CASES,
]
