"""What a phone on a bad connection has to fetch, and that it keeps nothing personal (K5)."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db
STATIC = Path(settings.BASE_DIR) / "static"
PAGE = 50_000  # bytes compressed, with everything the first visit fetches (issue 7)
REQUESTS = 8


def fetched(html: str) -> list[str]:
    """Files that the page makes a browser fetch: styles, scripts and their modules, pictures."""
    wanted = set(re.findall(r'<(?:script|img)[^>]*src="/static/([^"]+)"', html))
    wanted |= set(re.findall(r'<link rel="(?:stylesheet|icon)" href="/static/([^"]+)"', html))
    for name in [name for name in wanted if name.endswith("init.js")]:
        imported = re.findall(r'from "\.\./([^"]+)"', (STATIC / name).read_text())
        wanted |= set(imported)
    return sorted(wanted)


def weight(html: str) -> int:
    """Bytes of the page and of what it fetches, each compressed as the server does."""
    files = [(STATIC / name).read_bytes() for name in fetched(html)]
    return sum(len(gzip.compress(one, 6)) for one in [html.encode(), *files])


@pytest.fixture
def client() -> Client:
    return with_purpose(signed_in(officer("officer")))


def twenty() -> int:
    """Twenty people of many records each, findable; the id of the last."""
    for n in range(20):
        made = person(
            *(
                record(
                    "custody",
                    source_ref=f"CU/{n}/{m}",
                    given_names="Robert",
                    surname="Featherstone",
                    event_ref=f"CU{m}",
                    event_kind="custody",
                    event_summary="Burglary in a dwelling: NFA",
                    markers=[{"code": "VI", "label": "Violent"}],
                )
                for m in range(8)
            )
        )
    index()
    return made.pk


def test_home_results_and_person_weigh_little(client: Client) -> None:
    last = twenty()
    asked = {"text": "robert featherstone", "code": "CRIME-INV", "reference": "20/123456/26"}
    results = client.post("/people/search", asked, follow=True).content.decode()
    assert results.count("wmp-result__name") == 20
    pages = {
        "home": client.get("/").content.decode(),
        "results": results,
        "person": client.get(f"/people/{last}").content.decode(),
    }
    weights = {name: weight(html) for name, html in pages.items()}
    assert max(weights.values()) <= PAGE, weights
    for html in pages.values():
        assert len(fetched(html)) + 1 <= REQUESTS, fetched(html)


def test_it_can_be_installed_and_every_icon_is_there() -> None:
    manifest = json.loads((STATIC / "app/manifest.webmanifest").read_text())
    sizes = {icon["sizes"]: icon for icon in manifest["icons"] if icon["purpose"] == "any"}
    assert {"192x192", "512x512"} <= set(sizes)
    for icon in manifest["icons"]:
        assert (STATIC / "app" / icon["src"]).is_file()
    assert manifest["start_url"] == manifest["scope"] == "/"


def test_nothing_personal_stays_on_the_device(client: Client) -> None:
    someone = person(record("custody", surname="Wick"))
    answer = client.get(f"/people/{someone.pk}")
    assert answer["Cache-Control"] == "no-store"
    assert 'rel="manifest"' in answer.content.decode()
    scripts = " ".join(path.read_text() for path in (STATIC / "app").glob("*.js"))
    for keeper in ("serviceWorker", "localStorage", "indexedDB", "caches."):
        assert keeper not in scripts
