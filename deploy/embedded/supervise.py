"""`make run`: servers, worker, beat and web under one supervisor (honcho) until Ctrl-C."""

import json
import os
import shlex
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

import honcho.manager
from honcho.printer import Printer

from deploy.embedded import ports, processes, runenv, stack
from deploy.embedded.home import ROOT, Home, ServerError
from deploy.embedded.prepare import prepare

PORTS = range(8000, 8100)
# PostgreSQL alone refuses root; that a worker runs as root on a development machine is accepted
ROOT_WARNING = "ignore:You're running the worker with superuser"
_WORKER = ("worker", "-l", "warning", "--without-gossip")
RESTART_SECONDS = 5  # long enough to see what the pages say while a server is away
honcho.manager.KILL_WAIT = 30  # a worker finishes or hands back its task


def run(home: Home) -> int:
    """Start everything, stay until told to stop, stop everything. Returns the exit code."""
    signal.signal(signal.SIGTERM, interrupt)
    clear(home)
    with home.lock():
        try:
            print("Starting the servers", flush=True)
            addresses = _with_web_port(home, stack.up(home))
            prepare(home, addresses)
            return _supervise(home, addresses)
        except KeyboardInterrupt:
            return 0
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print("Stopping the servers", flush=True)
            stack.down(home)


def stop(home: Home) -> None:
    """End a supervisor of this home and all it started, then the servers."""
    if home.holder in processes.marked(home.var):
        processes.send(int(home.holder), signal.SIGTERM)
        processes.wait_until(lambda: not processes.marked(home.var), 60)
    clear(home, even_living=True)
    stack.down(home)


def clear(home: Home, *, even_living: bool = False) -> None:
    """End what a killed supervisor left behind; a living one is left alone: its lock stops us."""
    left = processes.marked(home.var)
    if not left or (home.holder in left and not even_living):
        return
    for pid in left:
        processes.send(pid, signal.SIGTERM)
    processes.stop(lambda: processes.marked(home.var), signal.SIGTERM, patience=15)


def attend(home: Home, name: str) -> int:
    """Start one server again when it died, unless `down --only` stopped it. Ends by a signal."""
    while True:
        time.sleep(RESTART_SECONDS)
        if stack.kept_down(home, name).exists() or stack.whole(home, name):
            continue
        print(f"{stack.TITLES[name]} is gone: starting it again", flush=True)
        try:
            stack.up(home, [name])
        except ServerError as error:
            print(error, flush=True)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A signal handler: end like Ctrl-C."""
    raise KeyboardInterrupt


def _with_web_port(home: Home, addresses: dict[str, str]) -> dict[str, str]:
    wanted = os.environ.get("WMP_PORT")
    last = addresses.get("WMP_PORT")
    port = int(wanted) if wanted else ports.choose(home, PORTS, last=int(last) if last else 8000)
    if not ports.free(port):
        raise ServerError(f"port {port} is in use: choose another with WMP_PORT")
    values = {**addresses, "WMP_PORT": str(port)}
    runenv.write(home, values)
    return values


def _supervise(home: Home, addresses: dict[str, str]) -> int:
    environment = {**os.environ, **addresses, "WMP_VAR": str(home.var), "PYTHONUNBUFFERED": "1"}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    manager = honcho.manager.Manager(Printer(sys.stdout))
    for name, command in _commands(home, addresses["WMP_PORT"]).items():
        words = shlex.join([sys.executable, "-W", ROOT_WARNING, "-m", *command])
        manager.add_process(name, f"exec {words}", env=environment, cwd=str(ROOT))
    threading.Thread(target=_welcome, args=(home, addresses["WMP_PORT"]), daemon=True).start()
    manager.loop()
    asked = {130, 143}  # Ctrl-C and SIGTERM are how one ends this, not failures
    return 0 if manager.returncode in asked else int(manager.returncode or 0)


def _commands(home: Home, port: str) -> dict[str, list[str]]:
    ours = [name for name in stack.SERVERS if not stack.given(name)]
    watch = ["deploy.embedded", "attend", "--var", str(home.var), "--only"]
    celery = ["celery", "-A", "wmp_search", "--quiet"]
    bind = f"{os.environ.get('WMP_HOST', '127.0.0.1')}:{port}"
    return {
        **{name: [*watch, name] for name in ours},
        "worker": [*celery, *_WORKER, "-c", "2", "-Q", "index,interactive,audit"],
        "feeds": [*celery, *_WORKER, "-c", "1", "-Q", "refresh", "-n", "feeds@%h"],
        "beat": [*celery, "beat", "-l", "warning", "-s", str(home.var / "beat"), "--pidfile="],
        "web": [
            *("gunicorn", "wmp_search.wsgi", "-k", "gthread", "-w", "2", "--threads", "24"),
            *("-b", bind, "--no-control-socket", "--log-level", "warning"),
        ],
    }


def _welcome(home: Home, port: str) -> None:
    """Say where the application is and who may sign in, once it answers."""
    address = f"http://127.0.0.1:{port}/"
    if not processes.wait_until(lambda: _answers(address), 120):
        print("The web server does not answer yet; its lines above say why", flush=True)
        return
    lines = ["", f"WMP Search is ready: {address}", *_accounts(home.var / "demo-accounts.json")]
    print("\n".join([*lines, "", "Ctrl-C stops it.", ""]), flush=True)


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _accounts(path: Path) -> list[str]:
    if not path.exists():
        return []
    accounts: dict[str, str] = json.loads(path.read_text())
    rows = [f"  {name:12} {password}" for name, password in accounts.items()]
    return ["", f"Demonstration accounts ({path}):", *rows]
