"""OpenSearch 3 as one Java process on loopback; its jars come through Maven and `pom.xml`."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path

from deploy.embedded import java, ports, processes, runenv
from deploy.embedded.home import ROOT, Home, ServerError

NAME = "opensearch"
VARIABLES = ("OPENSEARCH_URL",)
MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
POM = ROOT / "deploy" / "embedded" / "pom.xml"
LIB = ROOT / "deploy" / "embedded" / "lib"
HTTP_PORTS = range(9201, 9300)  # the runner looks for a free port below 9300 only
TRANSPORT_PORTS = range(27000, 28000)
NO_MAVEN = """OpenSearch is not here yet and Maven, which brings it, is not installed. Either
  - install Maven (Debian, Ubuntu: apt install maven) and try again, or
  - set OPENSEARCH_URL to an existing OpenSearch 3 cluster, or
  - use Docker Compose: see docs/guides/run.md"""
# One node on a laptop: no disk watermark surprises, and a typing error never creates an index.
CONFIGURATION = """network.host: 127.0.0.1
transport.port: {transport}
discovery.type: single-node
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


def start(home: Home, before: dict[str, str]) -> dict[str, str]:
    """Start it unless it runs; returns OPENSEARCH_URL."""
    url = before.get("OPENSEARCH_URL")
    if url and running(home) and _answers(home, url):
        return {"OPENSEARCH_URL": url}
    stop(home)
    install()
    port = ports.choose(home, HTTP_PORTS, last=runenv.port(url))
    url = f"http://127.0.0.1:{port}"
    log = home.log(NAME)
    process = processes.spawn(_command(home, port), folder=home.folder(NAME), log=log)
    ready = processes.wait_until(
        lambda: process.poll() is not None or _answers(home, url), seconds=180
    )
    if not ready or process.poll() is not None:
        stop(home)
        raise ServerError(f"OpenSearch does not start:\n{processes.tail(log)}")
    return {"OPENSEARCH_URL": url}


def stop(home: Home) -> None:
    """Stop it if it runs."""
    processes.stop(lambda: running(home), signal.SIGTERM, patience=30)


def running(home: Home) -> list[int]:
    """Its process, if any."""
    return processes.in_folder(home.var / NAME, "java")


def _command(home: Home, port: int) -> list[str | Path]:
    folder = home.folder(NAME)
    settings = home.folder(f"{NAME}/config")
    transport = ports.choose(home, TRANSPORT_PORTS)
    (settings / "opensearch.yml").write_text(CONFIGURATION.format(transport=transport))
    (settings / "log4j2.properties").write_text(LOGGING)
    runtime = java.find()
    heap = os.environ.get("OPENSEARCH_HEAP") or ("512m" if home.test else "1g")
    return [
        runtime.program,
        *runtime.options,
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+ExitOnOutOfMemoryError",
        "--enable-native-access=ALL-UNNAMED",
        *("-cp", f"{LIB}/*", MAIN),
        *("-basePath", folder, "-confPath", settings, "-clusterName", _cluster(home)),
        *("-numOfNode", "1", "-baseHttpPort", str(port - 1), "-printOnFailure"),
    ]


def _cluster(home: Home) -> str:
    return f"wmp-{home.key}"


def _answers(home: Home, url: str) -> bool:
    """Whether our own cluster, not a neighbour's, is ready to serve at `url`."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_cluster/health", timeout=2) as answer:
            health = json.load(answer)
    except (OSError, ValueError):
        return False
    return bool(health["cluster_name"] == _cluster(home) and health["status"] != "red")
