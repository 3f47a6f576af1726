"""`$WMP_VAR/run.env`: the addresses and secrets of the running servers, one KEY=VALUE a line.

Written with mode 600; `wmp_search/settings/dev.py` reads it, so any shell reaches the servers.
Secrets are letters, digits, `-` and `_` only: no quoting is ever needed.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy.embedded.home import Home


def path(home: Home) -> Path:
    """Where the file is."""
    return home.var / "run.env"


def read(home: Home) -> dict[str, str]:
    """What was written last, empty when nothing was."""
    try:
        lines = path(home).read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write(home: Home, values: Mapping[str, str]) -> None:
    """Replace the file in one step: a reader sees the old one or the new one."""
    new = path(home).with_suffix(f".{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{key}={value}\n" for key, value in sorted(values.items()))
    new.replace(path(home))


def secret() -> str:
    """192 random bits that need no quoting."""
    return secrets.token_urlsafe(24)


def password(url: str | None) -> str:
    """The password inside a URL written earlier, or a new one."""
    return (urlsplit(url).password if url else None) or secret()


def port(url: str | None) -> int | None:
    """The port inside a URL written earlier."""
    return urlsplit(url).port if url else None
