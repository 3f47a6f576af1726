"""Free loopback ports, chosen so that two checkouts seldom ask for the same one."""

import socket
from collections.abc import Collection

from deploy.embedded.home import Home, ServerError


def free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listening(port: int) -> bool:
    """Whether something answers on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def choose(
    home: Home, candidates: range, *, last: int | None = None, taken: Collection[int] = ()
) -> int:
    """The port used last time if still free, else the first free one from a start of our own.

    `taken`: promised to somebody who does not listen yet.
    """
    if last is not None and last not in taken and free(last):
        return last
    start = int(home.key, 16) % len(candidates)
    for offset in range(len(candidates)):
        port = candidates[(start + offset) % len(candidates)]
        if port not in taken and free(port):
            return port
    raise ServerError(f"no free port in {candidates.start}-{candidates.stop - 1}")
