"""Every page and API that shows people or counts them, for the leak test; and why others do not.

A route of the registry stands either in SURFACES or in WITHOUT_PEOPLE: a new one that stands in
neither fails the test.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from audit.models import Event
from audit.selectors import Key
from people import batch
from people.models import Restriction, Share
from tests.access.population import (
    ITEM,
    PEOPLE,
    PHONE,
    POSTCODE,
    PURPOSES,
    STAFF,
    SURNAME,
    TEXT,
    VEHICLE,
    World,
)
from wmp_search.access.permissions import Permission

Who = tuple[int, str]  # who asks: place in STAFF and purpose
Ask = Callable[[World, Who, int], str]


@dataclass(frozen=True, slots=True)
class Surface:
    """How a surface is asked, and which routes that visits.

    `one`: it has no target. `of_trail`: it is about the trail: asked as the supervisor, and
    people stand in it by number, since that is what the trail is about; never by name.
    """

    ask: Ask
    routes: tuple[str, ...]
    one: bool = False
    of_trail: bool = False


def _purpose(code: str) -> dict[str, str]:
    purpose = next(p for p in PURPOSES if p.code == code)
    return {"code": purpose.code, "reference": purpose.reference}


def _search(start: str, text: str, total: int) -> Ask:
    """All pages of a search for the text, with the total in the heading."""

    def ask(world: World, key: Who, _target: int) -> str:
        client = world.clients[key]
        address = client.post(start, {"text": text, **_purpose(key[1])})["Location"]
        numbers = range(1, total // 20 + 2)
        return "".join(client.get(f"{address}?page={n}").content.decode() for n in numbers)

    return ask


def _tabs(world: World, key: Who, _target: int) -> str:
    """Everything that a postcode, a phone and a vehicle of the people lead to."""
    client, pages = world.clients[key], []
    for text in (f"{SURNAME} {POSTCODE}", PHONE, VEHICLE):
        asked = {"text": text, **_purpose(key[1])}
        address = client.post("/people/search", asked)["Location"]
        for tab in ("", "/crimes", "/gangs", "/addresses", "/vehicles", "/phones"):
            page = client.get(f"{address}{tab}")
            withheld = tab == "/gangs" and not world.scopes[key].may(Permission.GANG_VIEW)
            assert page.status_code == (302 if withheld else 200), (text, tab)
            pages.append(f"<!-- {tab} of {text} -->{page.content.decode()}")
    return "".join(pages)


def _narrowed(world: World, key: Who, _target: int) -> str:
    """The same search with a filter, the last seen first."""
    client = world.clients[key]
    address = client.post("/people/search", {"text": TEXT, **_purpose(key[1])})["Location"]
    chosen = {"source": "custody", "sort": "last_seen"}
    address = client.post(f"{address}/narrow", chosen)["Location"]
    numbers = range(1, PEOPLE // 20 + 2)
    return "".join(client.get(f"{address}?page={n}").content.decode() for n in numbers)


def _listed(world: World, key: Who, _target: int) -> str:
    """A list with the same line, as far as the role includes lists, and the officer's watches."""
    client = world.clients[key]
    answer = client.post("/people/lists", {"text": TEXT, **_purpose(key[1])})
    if answer.status_code != 303:
        return ""
    batch.run(uuid.UUID(answer["Location"].rpartition("/")[2]))
    given = {"recipient": "myself", "organisation": "WMP", "reason": "To see what is given"}
    file = client.post(f"{answer['Location']}/download", given).content.decode()
    pages = (answer["Location"], "/searches", "/watches")
    return file + "".join(client.get(address).content.decode() for address in pages)


def _api_search(address: str, asked: dict[str, object]) -> Ask:
    def ask(world: World, key: Who, _target: int) -> str:
        body = {**asked, "purpose": _purpose(key[1])}
        answer = world.clients[key].post(address, body, "application/json")
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    return ask


def _trends(world: World, key: Who, _target: int) -> str:
    """The trend of all crimes by month and by week, the crimes behind each of its numbers, and
    what is beside it.
    """
    client = world.clients[key]
    asked = ("/crimes/trends", "/crimes/trends?by=week")
    shown = "".join(client.get(address).content.decode() for address in asked)
    found = re.findall(r'href="(/crimes/trends/(?:[\dw-]+|hours|outcomes|repeats))[?"]', shown)
    more = list(dict.fromkeys(found))
    return shown + "".join(client.get(address).content.decode() for address in more)


def _own_area(world: World, key: Who, _target: int) -> str:
    """The area in which the crimes are and the people live."""
    client = world.clients[key]
    client.post("/my-area", {"area": POSTCODE.split()[0]})
    return client.get("/my-area").content.decode()


def _maps(world: World, key: Who, _target: int) -> str:
    """The map of all crimes, the crimes behind each of its numbers, and those near a postcode."""
    client = world.clients[key]
    shown = client.get("/crimes/map?period=all&by=8").content.decode()
    behind = re.findall(r'href="(/crimes/map/hexagon/[^"]+)"', shown)
    lists = [client.get(one.replace("&amp;", "&")).content.decode() for one in behind]
    sent = {"near": "B23 7PJ", "km": "10", "period": "all"}
    near = client.post("/crimes/around", sent, follow=True).content.decode()
    return "".join((shown, *lists, near))


def _reports(world: World, key: Who, _target: int) -> str:
    """Counts of every data set about people or crimes, and the records behind them."""
    client = world.clients[key]
    asked = ("crimes.crimes&by=category", "involvements.involvements&by=role", "people.people")
    pages = [client.get(f"/reports/preview?of={one}&last=120") for one in asked]
    shown = "".join(page.content.decode() for page in pages)
    behind = re.findall(r'href="(/reports/records[^"]+)"', shown)
    steps = [f"/reports/new/where?of={one}" for one in asked]
    return shown + "".join(
        client.get(address.replace("&amp;", "&")).content.decode() for address in [*behind, *steps]
    )


def _page(prefix: str, targets: Callable[[World], list[int]], suffix: str = "") -> Ask:
    """The page of one of the targets; the same one for every example with that number."""

    def ask(world: World, key: Who, target: int) -> str:
        ids = targets(world)
        answer = world.clients[key].get(f"{prefix}{ids[target % len(ids)]}{suffix}")
        return f"{answer.status_code} {answer.content.decode()}"

    return ask


def _paths(world: World, key: Who, target: int) -> str:
    """What connects two of the people."""
    one, to = (world.people[(target + n) % PEOPLE] for n in (0, 7))
    answer = world.clients[key].get(f"/people/{one}/network/path?to={to}")
    return f"{answer.status_code} {answer.content.decode()}"


def _briefing(world: World, key: Who, target: int) -> str:
    """A gang handed over to a gangs officer of another unit, where the role allows it."""
    colleague = next(o for o, (role, _) in zip(world.officers, STAFF, strict=True)
                     if role == "gangs-officer")  # fmt: skip
    given = {"recipient": colleague.username, "reason": "Takes the gang over on Monday"}
    pk = world.gangs[target % len(world.gangs)].pk
    answer = world.clients[key].post(f"/gangs/{pk}/briefing", given)
    return f"{answer.status_code} {answer.content.decode()}"


def _intelligence(world: World, key: Who, _target: int) -> str:
    """Every item: by the words that are in all of them, by the place, and by each gang."""
    client, pages = world.clients[key], []
    if not world.scopes[key].may(Permission.INTELLIGENCE_SEARCH):
        return ""
    asked = [{"text": ITEM}, {"place": POSTCODE}, *({"gang": g.name} for g in world.gangs)]
    for question in asked:
        address = client.post("/intelligence/search", {**question, **_purpose(key[1])})["Location"]
        pages += [client.get(f"{address}?page={n}").content.decode() for n in range(1, 5)]
    return "".join(pages)


def _api_intelligence(world: World, key: Who, _target: int) -> str:
    """The same over HTTP."""
    if not world.scopes[key].may(Permission.INTELLIGENCE_SEARCH):
        return ""
    asked = [{"text": ITEM, "page": page} for page in range(1, 5)]
    ask = [_api_search("/api/v1/intelligence/search", one) for one in asked]
    return "".join(one(world, key, 0) for one in ask)


def _sides(world: World, key: Who, target: int) -> str:
    """What each source says of two of the people."""
    one, to = (world.people[(target + n) % PEOPLE] for n in (0, 7))
    answer = world.clients[key].get(f"/people/{one}/network/with/{to}")
    return f"{answer.status_code} {answer.content.decode()}"


def _plain(address: str) -> Ask:
    def ask(world: World, key: Who, _target: int) -> str:
        return world.clients[key].get(address).content.decode()

    return ask


def _trail(world: World, key: Who, target: int) -> str:
    """What a supervisor reads of looks at a person by the officers of the own unit: the list, who
    saw the person, and each event with what was on the screen.
    """
    client, unit = world.clients[key], STAFF[key[0]][1]
    pk = world.people[target % PEOPLE]
    for place, (_, in_unit) in enumerate(STAFF):
        if in_unit == unit:
            world.clients[(place, key[1])].get(f"/people/{pk}")
    client.post("/audit/purpose", {"code": "lawfulness"})
    pages = [client.get(f"/audit?kind=person&subject={pk}"), client.get(f"/audit/person/{pk}")]
    events = Event.objects.filter(subject_kind="person", subject_ids__contains=[str(pk)])
    for event in events.exclude(screen_hash=None).order_by("-at")[:4]:
        at = Key.of(event).microsecond
        pages.append(client.get(f"/audit/{at}/{event.id}"))
    return "".join(page.content.decode() for page in pages)


def _story(world: World, key: Who, target: int) -> str:
    client = world.clients[key]
    client.post("/audit/purpose", {"code": "lawfulness"})
    return client.get(f"/audit/officer/{world.officers[target % len(STAFF)].pk}").content.decode()


def _print(world: World, key: Who, target: int) -> str:
    given = {
        "recipient": "myself",
        "organisation": "The force",
        "reason": "To show it to the court at the hearing",
    }
    pk = world.people[target % PEOPLE]
    answer = world.clients[key].post(f"/people/{pk}/print", given)
    return f"{answer.status_code} {answer.content.decode()}"


def _recent(world: World, key: Who, _target: int) -> str:
    """The officer's own recent people after trying many pages."""
    client = world.clients[key]
    for pk in world.people[:12]:
        client.get(f"/people/{pk}")
    return client.get("/recent").content.decode()


def _shared(world: World, key: Who, _target: int) -> str:
    """Everybody, once a colleague has shared them with the officer."""
    recipient, sender = (world.officers[(key[0] + n) % len(STAFF)] for n in (0, 1))
    until = timezone.now() + timedelta(days=1)
    if not Share.objects.filter(recipient=recipient).exists():
        Share.objects.bulk_create(
            Share(sender=sender, recipient=recipient, person_id=pk, reason="", expires_at=until)
            for pk in world.people
        )
    client = world.clients[key]
    return "".join(client.get(address).content.decode() for address in ("/", "/shared"))


def _restrictions(world: World) -> list[int]:
    return sorted(Restriction.objects.values_list("pk", flat=True))


SURFACES: dict[str, Surface] = {
    "results": Surface(
        _search("/people/search", TEXT, PEOPLE), ("search", "search-results"), one=True
    ),
    "tabs": Surface(
        _tabs,
        (
            "search-crimes",
            "search-gangs",
            "search-addresses",
            "search-vehicles",
            "search-phones",
        ),
        one=True,
    ),
    "narrowed": Surface(_narrowed, ("search-narrow", "search-results"), one=True),
    "listed": Surface(
        _listed, ("batches", "batch", "batch-download", "own-searches", "watches"), one=True
    ),
    "watch": Surface(_page("/people/", lambda w: w.people, "/watch"), ("watch-person",)),
    "share": Surface(_page("/people/", lambda w: w.people, "/share"), ("person-share",)),
    "shared": Surface(_shared, ("shared",), one=True),
    "api search": Surface(
        _api_search(
            "/api/v1/people/search",
            {"name": "Imogen Larkspur", "born_on": "1980-01-02", "limit": 50},
        ),
        ("api-people-search",),
        one=True,
    ),
    "person": Surface(_page("/people/", lambda w: w.people), ("person",)),
    "associates": Surface(_page("/people/", lambda w: w.people, "/associates"), ("associates",)),
    "network": Surface(
        _page("/people/", lambda w: w.people, "/network?tab=table"), ("person-network",)
    ),
    "gang network": Surface(
        _page("/gangs/", lambda w: [g.pk for g in w.gangs], "/network"), ("gang-network",)
    ),
    "path": Surface(_paths, ("person-path",)),
    "by source": Surface(_sides, ("person-sources",)),
    "emerging": Surface(
        _page("/people/", lambda w: w.people, "/network/emerging?days=365"), ("person-emerging",)
    ),
    "gang emerging": Surface(
        _page("/gangs/", lambda w: [g.pk for g in w.gangs], "/network/emerging?days=365"),
        ("gang-emerging",),
    ),
    "gang relations": Surface(_plain("/gangs/relations"), ("gang-relations",), one=True),
    "api person": Surface(_page("/api/v1/people/", lambda w: w.people), ("api-person",)),
    "why": Surface(_page("/people/", lambda w: w.people, "/why"), ("why",)),
    "record": Surface(_page("/records/", lambda w: sorted(w.markers)), ("record",)),
    "print": Surface(_print, ("person-print",)),
    "merged person": Surface(_page("/people/", lambda w: sorted(w.merged)), ("person",)),
    "crime": Surface(_page("/crimes/", lambda w: [c.pk for c in w.crimes]), ("crime",)),
    "api crime": Surface(
        _page("/api/v1/crimes/", lambda w: [c.pk for c in w.crimes]), ("api-crime",)
    ),
    # an officer may try a person's name in any box: no crime or gang is found by it
    "crimes by name": Surface(
        _search("/crimes/search", TEXT, 0), ("crime-search", "crime-results"), one=True
    ),
    "api crimes by name": Surface(
        _api_search("/api/v1/crimes/search", {"text": TEXT}), ("api-crimes-search",), one=True
    ),
    "maps": Surface(
        _maps, ("crime-map", "crime-map-hexagon", "crime-around", "crime-area"), one=True
    ),
    "reports": Surface(_reports, ("report-where", "report-preview", "report-records"), one=True),
    "trends": Surface(
        _trends,
        (
            "crime-trends",
            "crime-month",
            "crime-week",
            "crime-hours",
            "crime-outcomes",
            "crime-repeats",
        ),
        one=True,
    ),
    "my area": Surface(_own_area, ("my-area",), one=True),
    "crimes": Surface(_search("/crimes/search", "burglary", 0), ("crime-results",), one=True),
    "gang": Surface(_page("/gangs/", lambda w: [g.pk for g in w.gangs]), ("gang",)),
    "propose": Surface(
        _page("/people/", lambda w: w.people, "/membership"), ("propose-membership",)
    ),
    "gang history": Surface(
        _page("/people/", lambda w: w.people, "/gang-history"), ("gang-history",)
    ),
    "memberships": Surface(_plain("/memberships"), ("memberships",), one=True),
    "membership month": Surface(_plain("/memberships/month"), ("membership-month",), one=True),
    "safeguarding": Surface(_plain("/safeguarding"), ("safeguarding",), one=True),
    "protect": Surface(_page("/safeguarding/", lambda w: w.people), ("protect",)),
    "gang relation": Surface(
        _page("/gangs/", lambda w: [g.pk for g in w.gangs], "/relation"), ("gang-relation",)
    ),
    "briefing": Surface(_briefing, ("gang-briefing",)),
    "api gang": Surface(_page("/api/v1/gangs/", lambda w: [g.pk for g in w.gangs]), ("api-gang",)),
    "gangs": Surface(_plain("/gangs"), ("gangs",), one=True),
    "api gangs": Surface(_plain("/api/v1/gangs"), ("api-gangs",), one=True),
    "gangs by name": Surface(
        _search("/gangs/search", "Crew", 0), ("gang-search", "gang-results"), one=True
    ),
    "intelligence": Surface(
        _intelligence, ("intelligence-search", "intelligence-results"), one=True
    ),
    "api intelligence": Surface(_api_intelligence, ("api-intelligence-search",), one=True),
    "home": Surface(_plain("/"), ("home",), one=True),
    "recent": Surface(_recent, ("recent",), one=True),
    "for you": Surface(_plain("/for-you"), ("for-you",), one=True),
    "restrict": Surface(_page("/people/", lambda w: w.people, "/restrict"), ("restrict",)),
    "unmask": Surface(_page("/people/", lambda w: w.people, "/unmask"), ("unmask",)),
    "restrictions": Surface(_plain("/restrictions"), ("restrictions",), one=True),
    "restriction": Surface(_page("/restrictions/", _restrictions), ("restriction",)),
    "trail": Surface(
        _trail, ("audit-events", "audit-event", "who-saw", "audit-purpose"), of_trail=True
    ),
    "story": Surface(_story, ("officer-story",), of_trail=True),
}
_ELSEWHERE = "holds what a search or a person's page holds, by the same selectors and rule"
_FORM = "takes a form or shows one; nothing of a person is on it"
_OWN = "shows the officer's own account only"
_ROLES = "is about officers, roles and units; holds no person"
_UNIT = "shows one membership of the unit by the selectors and the rule of its queue"
_NUMBERS = "is for those who may read the whole trail; people stand in it by number"
WITHOUT_PEOPLE: dict[str, str] = {
    **dict.fromkeys(
        ("sign-in", "second-factor", "provider", "provider-return", "provider-logged-out"), _OWN
    ),
    **dict.fromkeys(("sign-out", "sign-out-everywhere", "provider-step-up", "step-up"), _OWN),
    **dict.fromkeys(("account", "add-app", "add-passkey", "recovery-codes"), _OWN),
    **dict.fromkeys(("remove-factor", "notice", "break-glass", "break-glass-end"), _OWN),
    **dict.fromkeys(("purpose", "challenge", "crimes", "audit-find", "intelligence"), _FORM),
    **dict.fromkeys(("restriction-change", "restriction-lift"), "leads to restriction"),
    **dict.fromkeys(
        ("crime-breaks", "crime-break-withdraw"), "is about how crime is recorded; no record"
    ),
    **dict.fromkeys(("purposes", "purpose-add", "purpose-change", "purpose-retire"), _ROLES),
    **dict.fromkeys(
        ("officers", "officer", "grant-role", "revoke-role", "officer-status"), _ROLES
    ),
    **dict.fromkeys(("move-officer", "role-file-new", "role-file-template", "role-file"), _ROLES),
    **dict.fromkeys(("units", "unit", "roles", "role-new", "role", "role-change"), _ROLES),
    **dict.fromkeys(("role-retire", "access-reviews", "access-review-start"), _ROLES),
    **dict.fromkeys(("access-review", "access-review-finish", "unit-review"), _ROLES),
    **dict.fromkeys(("role-requests", "role-request", "role-take-back"), _ROLES),
    **dict.fromkeys(("sign-out-officer", "role-matrix", "role-compare"), _ROLES),
    **dict.fromkeys(("alerts", "alert", "limited-looks", "rules", "listed-people"), _NUMBERS),
    **dict.fromkeys(("cases", "case", "case-bundle", "case-event", "audit-extract"), _NUMBERS),
    **dict.fromkeys(("search-fields", "search-change", "search-correct"), _FORM),
    **dict.fromkeys(("watch-search", "watch-now", "watch-end", "own-search-again"), _FORM),
    **dict.fromkeys(("search-certify", "own-search", "watch-alert"), _ELSEWHERE),
    "crime-map-area": "lists crimes as crime-map-hexagon does, by the same function",
    **dict.fromkeys(
        ("not-a-link", "not-a-link-add", "not-a-link-end"),
        "is about places and numbers; tests/network shows that hidden ones are not told",
    ),
    **dict.fromkeys(("design", "display", "accessibility", "help"), "is about the product itself"),
    **dict.fromkeys(
        ("source-new", "source", "source-columns", "source-file"),
        "shows rows of a sample that the officer or a colleague has uploaded, no record",
    ),
    **dict.fromkeys(("feeds", "held-delivery"), "counts what systems delivered; no row of it"),
    **dict.fromkeys(("health", "ready", "metrics"), "tells how the servers are; counts nobody"),
    **dict.fromkeys(
        ("matches", "match-next", "match", "decision", "sampled-pair"),
        "is for analysts of matches",
    ),
    **dict.fromkeys(
        ("membership", "membership-renew", "membership-proposal", "membership-share"), _UNIT
    ),
    **dict.fromkeys(
        ("membership-review", "membership-remove", "membership-take-back", "membership-notice"),
        _FORM,
    ),
    "gang-relation-end": _FORM,
    "membership-month-sign": "holds what membership-month holds, by the same function",
    "gang-figures": "counts memberships by unit, small numbers hidden; names nobody",
    "gang-proportions": "counts people by group, small numbers hidden; names nobody",
    **dict.fromkeys(
        (
            *("retention", "retention-queue", "retention-review", "disposal-propose", "disposal"),
            *("retention-warnings", "retention-warning"),
        ),
        "is for records managers; tests/retention asks it about somebody hidden",
    ),
    **dict.fromkeys(
        (
            *("subject-requests", "subject-request", "subject-request-preview"),
            *("subject-request-pack", "contested", "corrections", "correction", "notice-read"),
        ),
        "is for disclosure officers; tests/rights asks it about somebody hidden",
    ),
    **dict.fromkeys(
        ("extracts", "extract-ask", "extract", "extract-file"),
        "names nobody; tests/extracts tries to link its rows with people, and asks for the hidden",
    ),
    **dict.fromkeys(
        ("case-material", "case-schedule"),
        "is for disclosure officers; tests/rights asks it about somebody hidden",
    ),
    **dict.fromkeys(
        ("breaches", "breach"),
        "names officers and people by number, as the trail does; no value of anybody",
    ),
    **dict.fromkeys(
        ("panel", "panel-snapshot", "panel-search-use"),
        "numbers of groups, small ones hidden, naming nobody",
    ),
    "matching-quality": "counts runs, samples and answers, naming nobody",
    **dict.fromkeys(("two-people", "recall-read"), _FORM),
    **dict.fromkeys(("feedback", "survey"), _FORM),
    **dict.fromkeys(("reports", "report-new", "report-split", "report-save"), _FORM),
    **dict.fromkeys(("report-share", "report-schedule", "schedule-stop", "report-delete"), _FORM),
    **dict.fromkeys(("dashboard-add", "dashboard-change", "report-delivery"), _FORM),
    **dict.fromkeys(
        ("report", "dashboard", "report-download", "report-file"),
        "holds what report-preview holds, by the same function",
    ),
    **dict.fromkeys(
        ("report-inbox", "report-differ", "report-release"),
        "says what was asked and when; a number of the officer's own runs, or rounded, at most",
    ),
    **dict.fromkeys(
        ("you-said", "feedback-triage", "feedback-answer"), "is about the product itself"
    ),
    "search-quality": "measures the search engine on made-up cases",
    "officer-preview": "says how much an officer sees of a person, to administrators: no value",
    "audit-words": "shows what was typed by officers of the unit; its events are the trail's",
    "reviews": "lists events of the unit by number",
    "review": "shows one event as audit-event does, by the same function",
    "reviewers": "counts the reviews of supervisors",
    "quality": "counts what was loaded, whole systems at a time",
    "schema": "describes the API",
    "api-docs": "describes the API",
}
