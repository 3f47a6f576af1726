"""Starting, finding and stopping processes. A process is ours by where it works, not by its name.

Servers work in their data folder, so a server whose launcher was killed is found again through
/proc/<pid>/cwd. Everything under the supervisor carries MARK in its environment, to the same end.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.home import ServerError

MARK = "WMP_SUPERVISED"
_started: list[subprocess.Popen[bytes]] = []  # kept: a discarded Popen warns that its child lives


@dataclass(frozen=True, slots=True)
class Account:
    """The user a server runs as, when that is not the caller."""

    name: str
    uid: int
    gid: int


def spawn(
    command: Sequence[str | Path],
    *,
    folder: Path,
    log: Path,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process of its own session that outlives us, working in `folder`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={key: value for key, value in os.environ.items() if key != MARK},
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    _started.append(process)
    return process


def in_folder(folder: Path, program: str) -> list[int]:
    """Living processes of `program` whose working directory is `folder`, oldest first."""
    return [
        pid
        for pid in _living()
        if _link(pid, "cwd") == folder and _link(pid, "exe").name == program
    ]


def marked(var: Path) -> list[int]:
    """Living processes that a supervisor of `var` started (itself included), without us."""
    wanted = f"{MARK}={var}".encode()
    found = []
    for pid in _living():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if wanted in environment.split(b"\0") and pid not in {os.getpid(), os.getppid()}:
            found.append(pid)
    return found


def stop(find: Callable[[], list[int]], how: signal.Signals, *, patience: float) -> None:
    """Ask the first process `find` names to end; after `patience` seconds kill what is left."""
    for pid in find()[:1]:
        send(pid, how)
    if not wait_until(lambda: not find(), patience):
        for pid in find():
            send(pid, signal.SIGKILL)
        if not wait_until(lambda: not find(), 10):
            raise ServerError(f"processes {find()} cannot be stopped: end them as their owner")
    for process in _started:
        process.poll()  # the ended ones among our own children are no zombies then


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether `condition` came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def _living() -> list[int]:
    pids = sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _state(pid) not in {"Z", "X", ""}]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def _link(pid: int, name: str) -> Path:
    try:
        return Path(str(Path(f"/proc/{pid}/{name}").readlink()).removesuffix(" (deleted)"))
    except OSError:
        return Path()


def send(pid: int, how: signal.Signals) -> None:
    """Signal a process; one that is gone already is as good."""
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise ServerError(
            f"process {pid} belongs to another user: stop it as that user"
        ) from error
