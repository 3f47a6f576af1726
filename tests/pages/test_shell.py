"""What every page shares: marking, menu, headers, and pages for when something is wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from tests.relay import Relay

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle="),
    "a style element": re.compile(r"<style"),
    "an inline script": re.compile(r"<script(?![^>]*(\ssrc=|\stype=\"application/json\"))"),
    "an event handler": re.compile(r"\son[a-z]+=[\"']"),
    "another host": re.compile(r"(?:src|href)=[\"'](?:https?:)?//"),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape off"),
}
ASKED = {"text": "bobby smith", "code": "CRIME-INV", "reference": "20/123456/26"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    guilty = [
        str(path.relative_to(settings.BASE_DIR))
        for path in TEMPLATES
        if FORBIDDEN[what].search(path.read_text())
        and not (what == "unescaped output" and path.name == "field.html")  # our own help texts
    ]
    assert guilty == []


@pytest.mark.django_db
def test_the_marking_stands_at_top_and_bottom_and_recording_is_said() -> None:
    page = signed_in(officer("officer")).get("/").content.decode()
    assert page.count("OFFICIAL-SENSITIVE") == 2
    assert "Every search and view is recorded" in page


@pytest.mark.django_db
def test_headers_forbid_inline_code_framing_and_keeping() -> None:
    answer = signed_in(officer("officer")).get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "menu"),
    [
        ("officer", ["People", "Crimes", "Gangs", "Reports", "Break glass"]),
        (
            "supervisor",
            [
                *("People", "Crimes", "Gangs", "Reports", "Restrictions"),
                *("Reviews", "Audit", "Break glass", "Access review"),
            ],
        ),
        ("administrator", ["Officers and roles"]),
        ("auditor", ["Audit"]),
        ("ethics", ["Reports", "Data quality", "Gang figures"]),
        ("data-engineer", ["Reports", "Feeds", "Data quality"]),
    ],
)
def test_the_menu_holds_what_the_role_may_use(role: str, menu: list[str]) -> None:
    page = signed_in(officer(role)).get("/").content.decode()
    listed = re.findall(r'class="govuk-service-navigation__link"[^>]*>(?:<[^>]+>)?([^<]+)', page)
    assert listed == menu


@pytest.mark.django_db
def test_somebody_without_a_role_is_told_whom_to_ask() -> None:
    assert "You have no role yet" in signed_in(officer()).get("/").content.decode()


def test_the_outage_page_needs_no_request_and_says_what_is_away() -> None:
    page = render_to_string("errors/unavailable.html", {"away": "The search index"})
    assert "The search index is unavailable" in page
    assert page.count("OFFICIAL-SENSITIVE") == 2


@pytest.mark.django_db
def test_without_the_index_a_search_says_so_and_person_pages_work(
    opensearch_relay: Relay,
) -> None:
    someone = person(record("custody", given_names="Bobby", surname="Smith"))
    index()
    client = with_purpose(signed_in(officer("officer")))
    address = client.post("/people/search", ASKED)["Location"]
    opensearch_relay.cut()
    answer = client.get(address)
    assert answer.status_code == 503
    assert "The search index is unavailable" in answer.content.decode()
    assert "Smith" not in answer.content.decode()
    assert client.get(f"/people/{someone.pk}").status_code == 200
    opensearch_relay.restore()
    assert "1 person for" in client.get(address).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("/people/1", 404), ("/officers", 403)])
def test_error_pages_are_plain_pages(address: str, status: int) -> None:
    answer = with_purpose(signed_in(officer("officer"))).get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert page.count("OFFICIAL-SENSITIVE") == 2
    assert "Traceback" not in page


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_plain_words() -> None:
    client = signed_in(officer("officer"), enforce_csrf_checks=True)
    answer = client.post("/people/search", ASKED)
    assert answer.status_code == 403
    assert "Your page was out of date" in answer.content.decode()


@pytest.mark.django_db
def test_an_error_of_ours_is_a_plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("Featherstone")

    monkeypatch.setattr("people.views.selectors.search", broken)
    client = signed_in(officer("officer"), raise_request_exception=False)
    answer = client.post("/people/search", ASKED, follow=True)
    assert answer.status_code == 500
    assert "something went wrong" in answer.content.decode()
    assert "Featherstone" not in answer.content.decode()


def test_every_picture_and_script_is_a_file_of_ours() -> None:
    for path in TEMPLATES:
        for name in re.findall(r"{% static '(app/[^']+)' %}", path.read_text()):
            assert (Path(settings.BASE_DIR) / "static" / name).is_file(), f"{path}: {name}"
