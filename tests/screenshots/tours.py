"""What each account of the demonstration looks at."""

import re
import time

from playwright.sync_api import Page

from tests.screenshots.taking import ask, give_purpose, picture, pictures, read_trail

SAMPLE = (
    "PRISON_NO,SURNAME,FORENAMES,DOB,GENDER,NOTE\n"
    "A1,Okonkwo,Adaeze,17/05/1990,F,\nA2,Whitlock,Jonah,01/02/1985,M,Moved\n"
)
WANTED = "razor"  # a street name of one of the invented people
# the longest of their kind among the people whom the demonstration invents
LONG_NAMES = {
    "south_asian": "muhammad shafiq shabir",
    "polish": "krzysztof igor kwiatkowski",
    "double_barrelled": "nathan william beeks-barnes",
}


def officer(page: Page, address: str) -> None:
    """From the box to a person, a crime and a gang; lists, watches, one's own pages."""
    picture(page, "home")
    ask(page, WANTED)
    picture(page, "results")
    results = page.url
    for tab in ("crimes", "gangs", "addresses", "vehicles", "phones"):
        page.get_by_role("link", name=re.compile(f"^{tab}", re.IGNORECASE)).last.click()
        picture(page, f"tab_{tab}")
        page.go_back()
    pictures(page, results, {"watch_search": "/watch"})
    page.goto(results)
    page.locator(".wmp-result a").first.click()
    picture(page, "person")
    person = page.url
    page.goto(f"{person}?all")
    picture(page, "person_open")
    page.locator("#crimes a").first.click()
    picture(page, "crime")
    page.goto(f"{person}?all")
    page.locator("#gangs a").first.click()
    picture(page, "gang")
    pictures(page, address, {"gangs": "/gangs"})
    page.goto(address)
    ask(page, "Xqzzv Ywvkq")
    picture(page, "results_none")
    page.goto(f"{address}/crimes")
    ask(page, "burglary wolverhampton")
    picture(page, "crime_results")
    pictures(
        page,
        person,
        {
            "associates": "/associates",
            "watch": "/watch",
            "why": "/why",
            "share": "/share",
            "print": "/print",
        },
    )
    page.get_by_role("button", name="Continue").click()
    picture(page, "print")
    page.goto(f"{person}/watch")
    give_purpose(page)
    page.get_by_role("button", name="Begin to watch").click()
    for name, text in LONG_NAMES.items():
        page.goto(address)
        ask(page, text)
        picture(page, f"results_{name}")
        page.locator(".wmp-result a").first.click()
        picture(page, f"person_{name}")
    pictures(page, address, OFFICERS_OWN)
    page.goto(f"{address}/searches")
    page.locator("tbody a").first.click()
    picture(page, "own_search")
    _mistakes(page, address, person)


def _mistakes(page: Page, address: str, person: str) -> None:
    """Forms sent empty, and what one says of the product."""
    page.goto(address)
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page, "home_error")
    page.goto(f"{person}/share")
    page.get_by_role("button", name="Share").click()
    picture(page, "share_error")
    page.goto(f"{address}/feedback")
    page.get_by_role("button", name="Send").click()
    picture(page, "feedback_error")
    page.get_by_label("I have an idea").check()
    page.get_by_label("Tell us").fill("Let me sort the people found by age")
    page.get_by_role("button", name="Send").click()


def analyst(page: Page, address: str) -> None:
    """Matches to decide, a list of people, a search by fields."""
    page.goto(f"{address}/purpose")
    give_purpose(page)
    page.get_by_role("button", name="Continue").click()
    pictures(page, address, {"matches": "/matches", "search_fields": "/people/search/fields"})
    page.goto(f"{address}/matches")
    if (task := page.locator("tbody a")).count():
        task.first.click()
        picture(page, "match")
    page.goto(f"{address}/people/lists")
    picture(page, "lists")
    page.locator("[name=text]").fill("smith birmingham\nrazor\nXqzzv Ywvkq")
    give_purpose(page)
    page.get_by_role("button", name="Search for all").click()
    time.sleep(5)  # a worker searches
    page.reload()
    picture(page, "list")

    page.get_by_role("link", name="Download the table").click()
    picture(page, "list_download")
    page.goto(address)
    ask(page, WANTED)
    page.locator(".wmp-result a").first.click()
    pictures(page, page.url, {"restrict": "/restrict"})
    pictures(page, address, {"restrictions": "/restrictions"})


def disclosure(page: Page, address: str) -> None:
    """A record as it was delivered; nobody was found, and that is certified."""
    give_purpose(page, "SAR", with_task=False)
    page.locator("[name=text]").fill(WANTED)
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".wmp-result a").first.click()
    page.goto(f"{page.url}?all")
    page.locator("#records a").first.click()
    picture(page, "record")
    page.goto(address)
    page.locator("[name=text]").fill("Xqzzv Ywvkq 1990")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Issue a certificate of a negative search").click()
    picture(page, "certificate")


def trainee(page: Page, address: str) -> None:
    """Made-up people, whatever is typed."""
    picture(page, "trainee_home")
    page.locator("[name=text]").fill("mohammed abdul chaudhry-practice")
    give_purpose(page, "TRAINING", with_task=False)
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page, "trainee_results")
    page.locator(".wmp-result a").first.click()
    picture(page, "trainee_person")


def auditor(page: Page, address: str) -> None:
    """One event as it was, an extract to give away, who searched for some words."""
    read_trail(page, address, "/audit")
    page.locator("tbody tr", has_text="Viewed a person").locator("th a").first.click()
    picture(page, "audit_event")
    pictures(page, address, {"audit_extract": "/audit/extract"})
    page.goto(f"{address}/audit/find")
    page.get_by_label("Words of the search").fill(WANTED)
    page.get_by_role("button", name="Find searches").click()
    picture(page, "audit_words")


def supervisor(page: Page, address: str) -> None:
    """The morning: the queue, one review; who looked at whom, and what for."""
    read_trail(page, address, "/reviews", name="audit_purpose")
    picture(page, "reviews")
    page.locator("tbody a").first.click()
    picture(page, "review")
    pictures(page, address, {"audit": "/audit", "for_you": "/for-you"})
    page.goto(f"{address}/audit/find")
    picture(page, "audit_find")


def standards(page: Page, address: str) -> None:
    """Alerts, what they rest on, lists, rules, cases; both questions of every inquiry."""
    read_trail(page, address, "/misuse")
    picture(page, "alerts")
    page.locator("tbody a").first.click()
    picture(page, "alert")
    addresses = [link.get_attribute("href") or "" for link in page.locator("dl a").all()]
    story = next(a for a in addresses if "/audit/officer/" in a)
    seen = next(a for a in addresses if "/audit/person/" in a)
    pictures(page, address, {"officer_story": story, "who_saw": seen, **STANDARDS})
    page.goto(f"{address}/misuse/cases")
    picture(page, "cases")
    page.get_by_label("Case reference").fill(f"PSD/26/{time.strftime('%H%M%S')}")
    page.get_by_role("button", name="Open the case").click()
    picture(page, "case")


def administrator(page: Page, address: str) -> None:
    """People, roles, purposes, and no box."""
    pictures(page, address, ADMINISTRATORS)
    page.goto(f"{address}/officers")
    page.get_by_role("link", name=re.compile("Fielding")).first.click()
    picture(page, "officer")
    somebody = page.url
    pictures(
        page,
        somebody,
        {"preview": "/preview", "officer_status": "/status", "officer_unit": "/unit"},
    )
    page.goto(somebody)
    page.get_by_label("Role", exact=True).select_option(label="Officer")
    page.get_by_role("button", name="Continue").click()
    picture(page, "role_given")
    page.goto(f"{address}/roles")
    page.locator("h2 a").first.click()
    picture(page, "role")
    page.goto(f"{address}/roles")
    page.get_by_role("link", name="Trainee", exact=True).click()
    picture(page, "role_trainee")
    pictures(page, page.url, {"role_change": "/change", "role_retire": "/retire"})
    page.goto(f"{address}/purposes")
    page.get_by_role("link", name="Traffic").click()
    picture(page, "purpose_change")
    page.get_by_role("link", name="Take it out of the list").click()
    picture(page, "purpose_retire")
    page.goto(f"{address}/units")
    page.locator("tbody a").first.click()
    picture(page, "unit")


def engineer(page: Page, address: str) -> None:
    """How fresh the feeds are; a new source from its sample to the columns."""
    pictures(page, address, {"feeds": "/feeds", "source_new": "/feeds/new"})
    sample = {"name": "prisons_20260501.csv", "mimeType": "text/csv", "buffer": SAMPLE.encode()}
    page.get_by_label("Sample file").set_input_files(sample)  # type: ignore[arg-type]
    page.get_by_label("Short name of the system").fill("prisons")
    page.get_by_label("Name that officers read").fill("Prisons")
    page.get_by_role("button", name="Read the sample").click()
    picture(page, "source")
    page.get_by_role("link", name="Edit the source file itself").click()
    picture(page, "source_file")
    page.go_back()
    page.get_by_role("button", name="Change the mapping").click()
    picture(page, "source_columns")
    page.go_back()
    page.get_by_role("button", name="Give up and delete the sample").click()


def product(page: Page, address: str) -> None:
    """What was said of the product, and one answer to it."""
    pictures(page, address, {"feedback_received": "/feedback/all"})
    if (said := page.locator("tbody a")).count():
        said.first.click()
        picture(page, "feedback_answer")


def panel(page: Page, address: str) -> None:
    """Numbers only."""
    pictures(
        page,
        address,
        {
            "quality": "/quality",
            "quality_search": "/quality/search",
            "quality_matching": "/quality/matching",
        },
    )


FIRST = "officer"
TOURS = {
    FIRST: officer,
    "analyst": analyst,
    "sergeant": supervisor,
    "standards": standards,
    "admin": administrator,
    "engineer": engineer,
    "ethics": panel,
    "product": product,
    "auditor": auditor,
    "disclosure": disclosure,
    "trainee": trainee,
}
OFFICERS_OWN = {
    "watches": "/watches",
    "own_searches": "/searches",
    "recent": "/recent",
    "shared": "/shared",
    "account": "/account",
    "purpose": "/purpose",
    "break_glass": "/break-glass",
    "feedback": "/feedback",
    "you_said": "/you-said-we-did",
    "display": "/display",
    "accessibility": "/accessibility",
    "confirm_who_you_are": "/confirm-who-you-are",
    "add_app": "/account/app",
    "add_passkey": "/account/passkey",
    "help": "/help",
    "design": "/design",
    "survey": "/survey",
    "not_found": "/people/0",
}
STANDARDS = {
    "limited": "/misuse/limited",
    "listed_people": "/misuse/listed",
    "rules": "/misuse/rules",
    "reviewers": "/reviews/supervisors",
}
ADMINISTRATORS = {
    "officers": "/officers",
    "roles": "/roles",
    "role_new": "/roles/new",
    "role_matrix": "/roles/matrix",
    "role_requests": "/role-requests",
    "role_file": "/officers/file",
    "units": "/units",
    "access_reviews": "/access-reviews",
    "purposes": "/purposes",
}
