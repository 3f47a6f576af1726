"""Every page of the product has a picture in docs/screenshots, taken by `make screenshots`.

A picture is called after the route of its page (tests/screenshots/taking.py), and is kept only if
axe found no fault on the page and nothing was wider than the screen.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from tests.access.test_every_route import ALL, ROLES, Route, routes
from tests.officers import officer, reading, signed_in, with_purpose

PICTURES = Path(settings.BASE_DIR) / "docs" / "screenshots"
WIDTHS = {"390", "1280"}
WITHOUT = {
    **dict.fromkeys(("health", "ready", "metrics", "schema"), "for machines"),
    **dict.fromkeys(
        ("provider", "provider-return", "provider-logged-out", "provider-step-up"),
        "leads to the identity provider or comes from there",
    ),
    "role-file-template": "a file to fill in",
    "report-delivery": "leads to the report, or to the page of its file",
    "api-docs": "a third party's page for programmers, as the accessibility statement says",
}


def pictured() -> dict[str, set[str]]:
    """Route → the widths at which some picture shows it."""
    found: dict[str, set[str]] = {}
    for picture in PICTURES.glob("*.png"):
        route, *_, width = picture.stem.split("_")
        found.setdefault(route, set()).add(width)
    return found


def unpictured(client: Client, among: list[Route]) -> list[str]:
    """Pages without a picture at both widths; what is only ever sent is no page."""
    shown = pictured()
    missing = [r for r in among if shown.get(r.name) != WIDTHS and r.name not in WITHOUT]
    pages = [r for r in missing if not r.address.startswith("/api/") or r.name == "api-docs"]
    return [r.name for r in pages if client.get(r.address).status_code != 405]


def everybody() -> Client:
    """Somebody whom every page lets in, so that 405 says that it is no page."""
    client = signed_in(officer(*(slug for slug in ROLES if slug not in ("", "trainee"))))
    return reading(with_purpose(client))


@pytest.mark.django_db
def test_every_page_has_a_picture_at_both_widths() -> None:
    assert unpictured(everybody(), ALL) == []


@pytest.mark.django_db
@pytest.mark.urls("tests.access.unrecorded_urls")
def test_a_new_page_without_a_picture_is_found() -> None:
    assert unpictured(signed_in(officer()), list(routes(get_resolver().url_patterns))) == ["new"]


def test_every_picture_is_of_a_page_that_there_is() -> None:
    assert pictured().keys() <= {route.name for route in ALL}


def test_what_has_no_picture_exists_and_has_none() -> None:
    assert WITHOUT.keys() <= {route.name for route in ALL}
    assert WITHOUT.keys().isdisjoint(pictured())
