"""A loopback relay in front of a real server: one test can cut it off and harm no other.

relay = Relay("127.0.0.1", 9201)
relay.cut()      # existing connections end, new ones are refused: the server is down
relay.restore()  # the server is back at the same address
relay.hang()     # connections are accepted and nothing answers
relay.slow(0.1)  # whatever arrives waits that many seconds before it is passed on
"""

import contextlib
import selectors
import socket
import threading
import time
from types import TracebackType


class Relay:
    """Listens on 127.0.0.1:`port` and passes bytes to and from the real server."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: list[socket.socket] = []
        self._held: list[socket.socket] = []  # accepted while hanging: nobody else closes them
        self._listener: socket.socket | None = None
        self._hanging = False
        self._delay = 0.0
        self.port = 0
        self.restore()

    def __enter__(self) -> "Relay":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.cut()

    def restore(self) -> None:
        """Accept connections, at the port used before."""
        was_hanging, self._hanging = self._hanging, False
        if was_hanging:
            self._end_connections()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self) -> None:
        """End every connection and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._end_connections()

    def hang(self) -> None:
        """Accept connections and answer nothing, until restore()."""
        self.restore()
        self._hanging = True
        self._end_connections()

    def slow(self, seconds: float) -> None:
        """Let everything wait, in both directions; 0: no longer."""
        self._delay = seconds

    def _end_connections(self) -> None:
        while self._open:
            with contextlib.suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)
        while self._held:
            self._held.pop().close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self._hanging:
                self._held.append(client)
            else:
                self._open.append(client)
                threading.Thread(target=self._pass, args=[client], daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError),
            socket.create_connection(self._target) as server,
        ):
            self._open.append(server)
            with selectors.DefaultSelector() as selector:
                selector.register(client, selectors.EVENT_READ, server)
                selector.register(server, selectors.EVENT_READ, client)
                while True:
                    for key, _ in selector.select():
                        data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                        if not data:
                            return
                        time.sleep(self._delay)
                        key.data.sendall(data)
