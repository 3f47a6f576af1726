"""OpenSearch 3 on loopback: one Java process, or as many as OPENSEARCH_NODES says, one cluster.

The jars come through Maven and `pom.xml`. One node is started by the runner's own program, each of
several by `Member.java`, which needs a JDK: the runner lets a process's only node join nobody.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

from deploy.embedded import java, ports, processes, runenv
from deploy.embedded.home import ROOT, Home, ServerError

NAME = "opensearch"
VARIABLES = ("OPENSEARCH_URL",)
MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
MEMBER = ROOT / "deploy" / "embedded" / "Member.java"
POM = ROOT / "deploy" / "embedded" / "pom.xml"
LIB = ROOT / "deploy" / "embedded" / "lib"
HTTP_PORTS = range(9201, 9300)  # the runner looks for a free port below 9300 only
TRANSPORT_ABOVE = 18_000  # among themselves nodes talk this far above their HTTP port
NO_MAVEN = """OpenSearch is not here yet and Maven, which brings it, is not installed. Either
  - install Maven (Debian, Ubuntu: apt install maven) and try again, or
  - set OPENSEARCH_URL to an existing OpenSearch 3 cluster, or
  - use Docker Compose: see docs/guides/run.md"""
NO_COMPILER = """Several OpenSearch nodes need a JDK 21 or newer with its compiler.
Install one (Debian, Ubuntu: apt install openjdk-21-jdk-headless), or set OPENSEARCH_NODES=1"""
# Nodes on a laptop: no disk watermark surprises, and a typing error never creates an index.
CONFIGURATION = """network.host: 127.0.0.1
transport.port: {transport}
discovery.seed_hosts: [{others}]
action.auto_create_index: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def install() -> None:
    """Bring the jars when `pom.xml` asks for others than are here."""
    stamp = LIB / "pom.sha256"
    wanted = hashlib.sha256(POM.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerError(NO_MAVEN)
    shutil.rmtree(LIB, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
    result = subprocess.run(
        [*command, f"-DoutputDirectory={LIB}"], capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise ServerError(f"Maven could not bring OpenSearch:\n{result.stdout[-2000:]}")
    stamp.write_text(wanted)


def nodes() -> int:
    """How many nodes form the cluster."""
    wanted = os.environ.get("OPENSEARCH_NODES") or "1"
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 9:
        raise ServerError(f"OPENSEARCH_NODES is {wanted!r}: use a number from 1 to 9")
    return int(wanted)


def start(home: Home, before: dict[str, str]) -> dict[str, str]:
    """Start the nodes that do not run; returns OPENSEARCH_URL: their addresses, by comma."""
    urls = _addresses(home, before.get("OPENSEARCH_URL"))
    away = [n for n, url in enumerate(urls, 1) if not _on_duty(home, n, url)]
    if away:
        install()
    for number in away:
        _stop(_folder(home, number))
    started = {number: _spawn(home, number, urls) for number in away}

    def ended() -> list[int]:
        return [number for number, process in started.items() if process.poll() is not None]

    ready = processes.wait_until(lambda: bool(ended()) or _complete(home, urls), seconds=180)
    if not ready or ended():
        stop(home)
        log = _log(home, (ended() or away or [1])[0])
        raise ServerError(f"OpenSearch does not start:\n{processes.tail(log)}")
    return {"OPENSEARCH_URL": ",".join(urls)}


def stop(home: Home) -> None:
    """Stop every node that runs, also of a larger cluster than OPENSEARCH_NODES says now."""
    for folder in _folders(home):
        _stop(folder)


def running(home: Home) -> list[int]:
    """The process of each node that runs, the first node's first."""
    return [pid for folder in _folders(home) for pid in processes.in_folder(folder, "java")]


def _stop(folder: Path) -> None:
    processes.stop(partial(processes.in_folder, folder, "java"), signal.SIGTERM, patience=30)


def _name(number: int) -> str:
    return NAME if number == 1 else f"{NAME}-{number}"


def _folder(home: Home, number: int) -> Path:
    return home.var / _name(number)


def _folders(home: Home) -> list[Path]:
    return [home.var / NAME, *sorted(home.var.glob(f"{NAME}-?"))]


def _log(home: Home, number: int) -> Path:
    return home.log(_name(number))


def _addresses(home: Home, before: str | None) -> list[str]:
    """An address for each node: the one it has, the one it had if that is free, else another."""
    last = dict(enumerate(map(runenv.port, (before or "").split(",")), 1))
    chosen: list[int] = []
    for number in range(1, nodes() + 1):
        port = last.get(number)
        if port is None or not processes.in_folder(_folder(home, number), "java"):
            port = ports.choose(home, HTTP_PORTS, last=port, taken=chosen)
        chosen.append(port)
    return [f"http://127.0.0.1:{port}" for port in chosen]


def _spawn(home: Home, number: int, urls: list[str]) -> subprocess.Popen[bytes]:
    command = _command(home, number, urls)
    return processes.spawn(command, folder=_folder(home, number), log=_log(home, number))


def _command(home: Home, number: int, urls: list[str]) -> list[str | Path]:
    several = len(urls) > 1
    port = runenv.port(urls[number - 1]) or 0
    folder = home.folder(_name(number))
    settings = home.folder(f"{_name(number)}/config")
    (settings / "opensearch.yml").write_text(_configuration(port, urls))
    (settings / "log4j2.properties").write_text(LOGGING)
    runtime = java.find()
    if several and not runtime.compiles:
        raise ServerError(NO_COMPILER)
    heap = os.environ.get("OPENSEARCH_HEAP") or ("512m" if home.test or several else "1g")
    program = [MEMBER, _name(number), str(port), _name(1)] if several else [MAIN]
    return [
        runtime.program,
        *runtime.options,
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+ExitOnOutOfMemoryError",
        "--enable-native-access=ALL-UNNAMED",
        *("-cp", f"{LIB}/*", *program),
        *("-basePath", folder, "-confPath", settings, "-clusterName", _cluster(home)),
        *("-numOfNode", "1", "-baseHttpPort", str(port - 1), "-printOnFailure"),
    ]


def _configuration(port: int, urls: list[str]) -> str:
    """opensearch.yml of the node at `port`."""
    others = [p for url in urls if (p := runenv.port(url)) and p != port]
    return CONFIGURATION.format(
        transport=port + TRANSPORT_ABOVE,
        others=", ".join(f'"127.0.0.1:{p + TRANSPORT_ABOVE}"' for p in others),
    )


def _cluster(home: Home) -> str:
    return f"wmp-{home.key}"


def _on_duty(home: Home, number: int, url: str) -> bool:
    return bool(processes.in_folder(_folder(home, number), "java") and _health(home, url))


def _complete(home: Home, urls: list[str]) -> bool:
    """Whether every node serves, and all in one cluster."""
    found = [_health(home, url) for url in urls]
    return all(health and health["number_of_nodes"] == len(urls) for health in found)


def _health(home: Home, url: str) -> dict[str, Any] | None:
    """What our own cluster, not a neighbour's, says at `url` when it is ready to serve."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_cluster/health", timeout=2) as answer:
            health: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):
        return None
    ours = health["cluster_name"] == _cluster(home) and health["status"] != "red"
    return health if ours else None
