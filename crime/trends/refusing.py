"""What a page says that would have to read too many crimes one by one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from crime.where import MOST_ROWS, TooManyError
from wmp_search.access.middleware import AccessRequest

View = Callable[..., HttpResponse]


def refuses_too_many(view: View) -> View:
    """In place of the page, what to choose; no number but that there are more than MOST_ROWS."""

    @wraps(view)
    def guarded(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyError:
            return render(request, "crime/too_many.html", {"most": MOST_ROWS}, status=400)

    return guarded
