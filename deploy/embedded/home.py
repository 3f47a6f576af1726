"""Where one checkout's servers keep their data, and how large they may be."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ServerError(Exception):
    """A server cannot be installed, started or stopped; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """One set of servers. `var` is $WMP_VAR; `test` trades durability for speed."""

    var: Path
    test: bool = False

    @property
    def key(self) -> str:
        """Twelve characters that tell this folder's servers from any other checkout's."""
        return hashlib.sha256(str(self.var).encode()).hexdigest()[:12]

    def folder(self, name: str) -> Path:
        """A folder of `var`, made when it is missing and readable by its owner only."""
        path = self.var / name
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        except PermissionError as error:
            message = f"{self.var} belongs to another user: set WMP_VAR to a folder of your own"
            raise ServerError(message) from error
        return path

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Held while somebody runs on these servers; freed when that process ends."""
        self.folder("log")
        with (self.var / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = f"process {self.holder} runs on the servers of {self.var} already"
                raise ServerError(f"{message}: `make stop` ends it") from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    @property
    def holder(self) -> int | None:
        """Who held the lock last: a process id that may be long gone."""
        try:
            return int((self.var / "lock").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def log(self, name: str) -> Path:
        """The file a server's output goes to."""
        return self.folder("log") / f"{name}.log"


def chosen(var: str | None, *, test: bool) -> Home:
    """The home the command line, else WMP_VAR, else the checkout names."""
    default = ROOT / "var" / "test" if test else ROOT / "var"
    path = Path(var or os.environ.get("WMP_VAR") or default)
    return Home(Path(os.path.abspath(path)), test)  # noqa: PTH100 - links stay as they were given


def wheel_folder(package: str) -> Path:
    """Where an installed package's files are, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"{package} is not installed: run `make run`, which installs it")
    return Path(spec.submodule_search_locations[0])
