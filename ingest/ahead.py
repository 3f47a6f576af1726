"""Work out the next item in a thread while the caller uses the last.

Polars and COPY both release the interpreter's lock, so reading one chunk, standardising the one
before and writing the one before that take all cores.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S")
_DEPTH = 1  # items finished and waiting; each holds a chunk in memory


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in order, taken in a thread; an exception of theirs is raised here. If the caller
    stops early, the thread ends with its item.
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


def beside(work: Callable[[S], T], items: Iterable[S]) -> Iterator[T]:
    """`work` of each item, in order, done in a thread. The items are taken in the caller's own:
    the next one before the result of the last is handed over.
    """
    with ThreadPoolExecutor(1) as pool:
        waiting: Future[T] | None = None
        for item in items:
            done, waiting = waiting, pool.submit(work, item)
            if done is not None:
                yield done.result()
        if waiting is not None:
            yield waiting.result()


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
