"""Work out the next item in a thread while the caller uses the last."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_DEPTH = 1  # items finished and waiting; each holds a chunk in memory


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in order; an exception of theirs is raised here.

    Polars and COPY both release the interpreter's lock, so standardising one chunk and writing
    the one before take two cores. If the caller stops early, the thread ends with its item.
    """
    done: queue.Queue[T | _End] = queue.Queue(_DEPTH)
    stopped = threading.Event()
    worker = threading.Thread(target=_produce, args=(items, done, stopped), daemon=True)
    worker.start()
    try:
        while not isinstance(item := done.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        while worker.is_alive():
            _emptied(done)
            worker.join(0.05)


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def _produce(items: Iterable[T], done: "queue.Queue[T | _End]", stopped: threading.Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if stopped.is_set():
                break
            done.put(item)
    except BaseException as caught:  # noqa: BLE001 (raised again in the caller's thread)
        error = caught
    done.put(_End(error))


def _emptied(done: "queue.Queue[T | _End]") -> None:
    try:
        while True:
            done.get_nowait()
    except queue.Empty:
        return
