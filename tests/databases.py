"""One migrated template database, and quick clones of it: one for each test worker.

The template is kept between runs under the hash of everything that shapes it. A clone replaces
Django's flush, which the application's role may not do and which would lose what migrations wrote.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parents[1]
GRANTS = ROOT / "deploy" / "grants.sql"
LOCK = 7_215_001  # any number: workers make the template one after the other


def owner_url(database: str = "postgres") -> str:
    """The address of one database as the role that owns it."""
    parts = urlsplit(os.environ["OWNER_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


def owner(database: str = "postgres") -> psycopg.Connection:
    """A connection as the owner; every statement commits."""
    return psycopg.connect(owner_url(database), autocommit=True)


def template() -> str:
    """The name of the migrated template, made when it is not there yet."""
    name = f"wmp_template_{_shape()}"
    with owner() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        existing = _names(connection)
        _drop_dead(connection, existing)
        if name not in existing:
            for old in existing:
                if old.startswith("wmp_template_"):
                    drop(connection, old)
            _make(connection, name)
    return name


def clone(name: str, source: str) -> None:
    """Make database `name` anew from `source`, with the grants of a fresh one."""
    with owner() as connection:
        drop(connection, name)
        _create(connection, name, source)
    with owner(name) as connection:
        connection.execute(GRANTS.read_bytes())


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database, ending whatever is connected to it.

    An autovacuum worker is nobody's to terminate; a drop without FORCE sends it away by itself.
    """
    statement = SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name))
    try:
        connection.execute(statement + SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        connection.execute(statement)


def _create(connection: psycopg.Connection, name: str, source: str) -> None:
    statement = SQL("CREATE DATABASE {} TEMPLATE {}")
    connection.execute(statement.format(Identifier(name), Identifier(source)))


def _make(connection: psycopg.Connection, name: str) -> None:
    """Migrate under another name first: a template is complete or absent."""
    half = f"{name}_half"
    drop(connection, half)
    _create(connection, half, "template1")
    with owner(half) as inside:
        inside.execute(GRANTS.read_bytes())
    environment = {
        **os.environ,
        "DATABASE_URL": owner_url(half),
        "DJANGO_SETTINGS_MODULE": "wmp_search.settings.dev",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    rename = SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(Identifier(half), Identifier(name)))


def _shape() -> str:
    """Changes with the migrations, the grants and the versions of the libraries."""
    sources = [
        path
        for pattern in ("*", "wmp_search/*", "audit/*")
        for path in ROOT.glob(f"{pattern}/migrations/*.py")
    ]
    digest = hashlib.sha256()
    for path in [*sorted(sources), GRANTS, ROOT / "requirements.txt"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _names(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'wmp\\_t%'")
    return [str(row[0]) for row in rows]


def _drop_dead(connection: psycopg.Connection, names: list[str]) -> None:
    """Remove the databases of test runs that were killed."""
    for name in names:
        found = re.fullmatch(r"wmp_test_(\d+)_gw\d+", name)
        if found and not Path(f"/proc/{found[1]}").exists():
            drop(connection, name)
