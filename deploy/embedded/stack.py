"""The three servers together: started side by side, each skipped where its address is given."""

import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

from deploy.embedded import opensearch, postgres, redis, runenv
from deploy.embedded.home import Home, ServerError

SERVERS: dict[str, ModuleType] = {module.NAME: module for module in (postgres, redis, opensearch)}
TITLES = {"postgres": "PostgreSQL", "redis": "Redis", "opensearch": "OpenSearch"}


def given(name: str) -> bool:
    """Whether the environment names this server, so that it is not ours to run."""
    present = [bool(os.environ.get(variable)) for variable in SERVERS[name].VARIABLES]
    if any(present) and not all(present):
        needed = ", ".join(SERVERS[name].VARIABLES)
        raise ServerError(f"set all of {needed} to use a {TITLES[name]} of your own, or none")
    return all(present)


def up(home: Home, names: Sequence[str] = ()) -> dict[str, str]:
    """Start what does not run yet (all, or `names`) and write `run.env`; returns its content."""
    home.folder("log")
    home.folder("static")  # WhiteNoise wants it to exist
    for name in names or SERVERS:
        kept_down(home, name).unlink(missing_ok=True)
    before = runenv.read(home)
    ours = [name for name in names or SERVERS if not given(name)]
    try:
        with ThreadPoolExecutor() as pool:
            started = list(pool.map(lambda name: _start(home, name, before), ours))
    except ServerError:
        down(home, ours)
        raise
    values = {"SECRET_KEY": runenv.secret() + runenv.secret(), "OPENSEARCH_PREFIX": "wmp"} | before
    for addresses in started:
        values |= addresses
    for name, server in SERVERS.items():
        if given(name):
            values |= {key: os.environ[key] for key in server.VARIABLES}
    runenv.write(home, values)
    return values


def down(home: Home, names: Sequence[str] = ()) -> None:
    """Stop the servers of this home (all, or the named ones)."""
    for name in names:
        if home.var.exists():
            kept_down(home, name).touch()
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: SERVERS[name].stop(home), names or SERVERS))


def whole(home: Home, name: str) -> bool:
    """Whether this server runs, of OpenSearch every node."""
    wanted = opensearch.nodes() if name == opensearch.NAME else 1
    return len(SERVERS[name].running(home)) >= wanted


def kept_down(home: Home, name: str) -> Path:
    """A file that tells the supervisor not to start this server again: somebody stopped it."""
    return home.var / f"{name}.down"


def reset(home: Home) -> None:
    """Stop the servers and delete everything they and the application keep here."""
    down(home)
    postgres.remove(home)
    shutil.rmtree(home.var, ignore_errors=True)


def _start(home: Home, name: str, before: dict[str, str]) -> dict[str, str]:
    began = time.monotonic()
    addresses: dict[str, str] = SERVERS[name].start(home, before)
    print(f"  {TITLES[name]} is ready ({time.monotonic() - began:.1f} s)", flush=True)
    return addresses
