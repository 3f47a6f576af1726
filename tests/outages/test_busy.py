"""More requests than the process can work on: the excess is sent away with words, unaudited."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from wmp_search.turns import BUSY, TurnsMiddleware


class Working:
    """A view that works until it is released."""

    def __init__(self) -> None:
        self.begun, self.release = threading.Semaphore(0), threading.Event()

    def __call__(self, _: HttpRequest) -> HttpResponse:
        self.begun.release()
        assert self.release.wait(10)
        return HttpResponse("found")


@pytest.fixture
def full(settings: Any) -> Iterator[TurnsMiddleware]:
    """A middleware whose two turns are taken."""
    settings.REQUESTS_AT_ONCE, settings.REQUEST_WAIT_SECONDS = 2, 0.05
    view = Working()
    made = TurnsMiddleware(view)
    threads = [threading.Thread(target=made, args=[RequestFactory().get("/")]) for _ in range(2)]
    for thread in threads:
        thread.start()
        assert view.begun.acquire(timeout=5)
    yield made
    view.release.set()
    for thread in threads:
        thread.join()


def test_the_excess_is_told_when_to_try_again(full: TurnsMiddleware) -> None:
    answer = full(RequestFactory().get("/people/search"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert BUSY in answer.content.decode()


def test_the_api_is_told_in_json(full: TurnsMiddleware) -> None:
    answer = full(RequestFactory().post("/api/v1/people/search"))
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/json"
    assert BUSY in answer.content.decode()


def test_a_turn_is_given_back_after_an_error(settings: Any) -> None:
    settings.REQUESTS_AT_ONCE, settings.REQUEST_WAIT_SECONDS = 1, 0.05

    def failing(request: HttpRequest) -> HttpResponse:
        raise ValueError

    made = TurnsMiddleware(failing)
    for _ in range(3):
        with pytest.raises(ValueError):  # noqa: PT011  each time the view's own error
            made(RequestFactory().get("/"))
