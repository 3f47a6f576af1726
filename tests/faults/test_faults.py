"""Servers and processes are killed or frozen at every stage of the line.

Afterwards every record is there once, the index equals the database, the audit trail verifies.

Servers of its own, `kill -9`, no mocks: `make test-faults`. Each scenario brings a new delivery,
strikes while the named stage is at work, starts what died, refreshes once more, and compares.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

import pytest

from tests.faults.line import BUSY, REBUILD, REFRESH, Line, as_it_should_be, when_busy
from tests.product import SECONDS


def killed(line: Line, victim: str, process: subprocess.Popen[str]) -> Callable[[], None]:
    """kill -9; what it takes to have it back."""
    if victim == "process":
        os.killpg(process.pid, signal.SIGKILL)
        return lambda: None
    _tell(line.pids(victim), signal.SIGKILL)
    return line.up


def frozen(line: Line, victim: str, _process: subprocess.Popen[str]) -> Callable[[], None]:
    """Stopped for three seconds: sockets stay open and nothing answers."""
    pids = line.pids(victim)
    _tell(pids, signal.SIGSTOP)
    time.sleep(3)
    _tell(pids, signal.SIGCONT)
    return lambda: None


def _tell(pids: Sequence[int], what: signal.Signals) -> None:
    """Send the signal; a backend that has ended by itself meanwhile is none of the fault's."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


VICTIMS = ("process", "postgres", "redis", "opensearch")
SCENARIOS = [
    *(("killed", victim, stage) for victim in VICTIMS for stage in BUSY),
    *(("frozen", victim, stage) for victim in VICTIMS[1:] for stage in BUSY),
]


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize(("how", "victim", "stage"), SCENARIOS)
def test_the_line_survives(line: Line, how: str, victim: str, stage: str) -> None:
    line.deliver()
    process = line.start(*(REBUILD if stage == "rebuild" else REFRESH))
    struck = when_busy(line, stage, process)
    bring_back = {"killed": killed, "frozen": frozen}[how](line, victim, process)
    if how == "killed" and victim != "process":
        bring_back()
    process.communicate(timeout=SECONDS)
    line.recover()
    as_it_should_be(line)
    assert struck, "the stage was over before it could be struck: raise ROWS"
