"""Command line: `python -m deploy.embedded COMMAND [--var DIR] [--test] [--only SERVER]`.

run    everything: servers, tables, demonstration, worker, beat, web; until Ctrl-C
stop   end a `run` of another shell, and the servers
up     start the servers in the background and write DIR/run.env (DIR: --var, $WMP_VAR, else var/)
down   stop them; data stays
exec   start the servers, run a command with their addresses in its environment, stop them
reset  stop them and delete their data
attend start a server again when it died (`run` does this for each)
"""

import argparse
import os
import signal
import subprocess
import sys

from deploy.embedded import processes, stack, supervise
from deploy.embedded.home import Home, ServerError, chosen

COMMANDS = ("run", "stop", "up", "down", "exec", "reset", "attend")


def main() -> int:
    """Run one command; a ServerError is a message and exit code 1."""
    options = _arguments()
    home = chosen(options.var, test=options.test)
    try:
        return _run(options, home)
    except ServerError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.embedded",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("--var", help="folder of run.env, logs and data")
    parser.add_argument("--test", action="store_true", help="small and fast, not durable")
    parser.add_argument("--only", action="append", choices=sorted(stack.SERVERS), default=[])
    parser.add_argument("--force", action="store_true", help="reset without asking")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    return parser.parse_args(words[:end], argparse.Namespace(command=words[end + 1 :]))


def _run(options: argparse.Namespace, home: Home) -> int:
    if options.what == "run":
        return _run_marked(home)
    if options.what == "exec":
        return _execute(home, options.command)
    if options.what == "attend":
        supervise.attend(home, options.only[0])
    elif options.what == "stop":
        supervise.stop(home)
    elif options.what == "up":
        stack.up(home, options.only)
    elif options.what == "down":
        stack.down(home, options.only)
    elif options.force or input(f"Delete all data in {home.var}? [y/N] ").lower() == "y":
        supervise.stop(home)
        stack.reset(home)
    return 0


def _run_marked(home: Home) -> int:
    """Run with MARK in our environment from the start, where /proc shows it to a later run."""
    if os.environ.get(processes.MARK) != str(home.var):
        environment = {**os.environ, processes.MARK: str(home.var)}
        command = [sys.executable, "-m", "deploy.embedded", *sys.argv[1:]]
        os.execve(sys.executable, command, environment)  # noqa: S606 - ourselves, no shell
    return supervise.run(home)


def _execute(home: Home, command: list[str]) -> int:
    """Run a command between up and down; a signal ends the command and then the servers."""
    signal.signal(signal.SIGTERM, supervise.interrupt)
    with home.lock():
        try:
            environment = {**os.environ, **stack.up(home), "WMP_VAR": str(home.var)}
            return subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130
        finally:
            stack.down(home)


if __name__ == "__main__":
    sys.exit(main())
