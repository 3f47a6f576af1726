"""Neither an address nor a log line of the main journeys holds a name or a date of birth (A12)."""

import logging
import re
from datetime import date
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.test import Client

from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db

SECRETS = re.compile(
    "featherstone|quillfeather|bobby|1989-06-08|08/06/1989|8 june 1989|1999/0123456x|b23 ?7pj"
    "|slade road|jo birch|two men running",
    re.IGNORECASE,
)
GIVEN = {"code": "CRIME-INV", "reference": "20/123456/26"}
LINK = re.compile(r'(?:href|action|src)="([^"]*)"')


class Watched(Client):
    """A client that keeps every address that it sent, was sent to or was offered."""

    def __init__(self) -> None:
        super().__init__(raise_request_exception=False)
        self.addresses: list[str] = []

    def request(self, **request: Any) -> Any:
        self.addresses.append(f"{request['PATH_INFO']}?{request.get('QUERY_STRING', '')}")
        answer = super().request(**request)
        self.addresses.append(answer.headers.get("Location", ""))
        if "html" in answer.headers.get("Content-Type", ""):
            self.addresses += LINK.findall(answer.content.decode())
        return answer


def journey(client: Watched) -> list[int]:
    """What officers do, with what they may get wrong; the statuses on the way."""
    custody = record(
        "custody",
        given_names="Robert",
        surname="Featherstone",
        born_on=date(1989, 6, 8),
        pnc_id="1999/0123456X",
        names=[{"kind": "nickname", "full": "Bobby Smith"}],
        addresses=[{"house": "12", "street": "Slade Road", "postcode": "B23 7PJ"}],
    )
    someone = person(custody)
    hidden = person(record("domestic_abuse", surname="Quillfeather"))
    burglary, crew = crime(), gang()
    involve(custody, burglary, "suspect")
    affiliate(custody, crew)
    index()
    statuses = []
    for text in ("Bobby Featherstone 08/06/1989", "1999/0123456X", "B23 7PJ", "Feather*"):
        answer = client.post("/people/search", {**GIVEN, "text": text}, follow=True)
        statuses.append(answer.status_code)
    requester = {"for_name": "Jo Birch", "for_collar": "", "for_force": "", "for_station": ""}
    client.post("/purpose", {**GIVEN, **requester})
    client.post("/crimes/search", {**GIVEN, "text": "Slade Road"}, follow=True)
    addresses = (
        *(f"/people/{someone.pk}", f"/people/{hidden.pk}", f"/crimes/{burglary.pk}"),
        *(f"/gangs/{crew.pk}", "/gangs", "/officers", "/quality"),
    )
    statuses += [client.get(address).status_code for address in addresses]
    body = {"name": "Bobby Featherstone", "born_on": "1989-06-08", "purpose": GIVEN}
    for asked in (body, {**body, "purpose": {}}, {**body, "name": ["Featherstone"]}):
        answer = client.post("/api/v1/people/search", asked, content_type="application/json")
        statuses.append(answer.status_code)
    client.post("/people/search", {"text": "Featherstone", "code": "", "reference": ""})
    client.post("/purpose", {"code": "STOP", "reference": "Two men running from a shop"})
    client.get(f"/people/{someone.pk}")
    return statuses


def test_no_address_and_no_log_line_holds_anything_personal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    client = Watched()
    client.cookies = signed_in(officer("officer")).cookies
    logging.getLogger("people").info("this line is caught")
    statuses = journey(client)
    assert {200, 400, 403, 404} <= set(statuses)
    assert len(client.addresses) > 150
    assert [a for a in client.addresses if SECRETS.search(unquote_plus(a))] == []
    lines = [f"{r.name} {r.getMessage()} {r.exc_text or ''}" for r in caplog.records]
    assert "people this line is caught " in lines
    assert [line for line in lines if SECRETS.search(line)] == []


def test_the_watch_would_see_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("people").info("Searched for %s", "Featherstone")
    assert SECRETS.search(caplog.records[-1].getMessage())
    assert SECRETS.search(unquote_plus("/s?text=Bobby+Smith"))
