"""One page that declares nothing and records nothing, for tests/access/test_every_route.py."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def new(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("new", new, name="new")]
