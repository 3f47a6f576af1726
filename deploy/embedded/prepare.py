"""From running servers to a filled application: each step does nothing when its work is done."""

import os
import subprocess
import sys
import time

import psycopg

from deploy.embedded.home import ROOT, Home, ServerError


def prepare(home: Home, addresses: dict[str, str]) -> None:
    """Tables, indices and the demonstration into an empty database."""
    environment = {**os.environ, **addresses, "WMP_VAR": str(home.var)}
    environment["DJANGO_SETTINGS_MODULE"] = "wmp_search.settings.dev"
    as_owner = {**environment, "DATABASE_URL": addresses["OWNER_DATABASE_URL"]}
    _manage("Tables", as_owner, "migrate", "--verbosity=0")
    _manage("Search indices", environment, "search_migrate")
    _demonstration(home, environment)


def _demonstration(home: Home, environment: dict[str, str]) -> None:
    """Load it into an empty database; what a killed first run left undone is refreshed."""
    state = home.var / "demonstration"
    begun = state.exists() and state.read_text() == "begun"
    if begun or _is_empty(environment["DATABASE_URL"]):
        state.write_text("begun")
        _manage("Demonstration", environment, "load_demonstration")
        if begun:
            _manage("Demonstration, second half", environment, "refresh")
        state.write_text("loaded")


def _is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT NOT EXISTS (SELECT FROM ingest_batch)").fetchone()
    return bool(row and row[0])


def _manage(title: str, environment: dict[str, str], *command: str) -> None:
    """Run one management command; its own output, with its progress bars, is shown."""
    began = time.monotonic()
    words = [sys.executable, "manage.py", *command]
    if subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode:
        raise ServerError(f"`manage.py {command[0]}` failed; the reason stands above")
    print(f"  {title}: ready ({time.monotonic() - began:.1f} s)", flush=True)
