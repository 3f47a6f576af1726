"""What each account of the demonstration looks at."""

import re
import time

from playwright.sync_api import Page

from tests.screenshots import before
from tests.screenshots.before import WANTED
from tests.screenshots.taking import (
    ask,
    beside,
    confirm,
    give_purpose,
    picture,
    pictures,
    read_trail,
    say_why,
    sign_in,
)

SAMPLE = (
    "PRISON_NO,SURNAME,FORENAMES,DOB,GENDER,NOTE\n"
    "A1,Okonkwo,Adaeze,17/05/1990,F,\nA2,Whitlock,Jonah,01/02/1985,M,Moved\n"
)
# the longest of their kind among the people whom the demonstration invents
LONG_NAMES = {
    "south_asian": "muhammad shafiq shabir",
    "polish": "krzysztof igor kwiatkowski",
    "double_barrelled": "nathan william beeks-barnes",
}


def officer(page: Page, address: str) -> None:
    """From the box to a person, a crime and a gang; lists, watches, one's own pages."""
    picture(page)
    ask(page, WANTED)
    picture(page)
    results = page.url
    for tab in ("crimes", "gangs", "addresses", "vehicles", "phones"):
        page.get_by_role("link", name=re.compile(f"^{tab}", re.IGNORECASE)).last.click()
        picture(page)
        page.go_back()
    pictures(page, results, "/watch")
    page.goto(results)
    page.locator(".wmp-result a").first.click()
    picture(page)
    person = page.url
    page.goto(f"{person}?all")
    picture(page, "open")
    page.locator("#crimes a").first.click()
    picture(page)
    page.goto(f"{person}?all")
    page.locator("#gangs a").first.click()
    picture(page)
    page.goto(address)
    ask(page, "Xqzzv Ywvkq")
    picture(page, "none")
    page.goto(f"{address}/crimes")
    ask(page, "burglary wolverhampton")
    picture(page)
    pictures(page, person, "/associates", "/watch", "/why", "/share")
    _copy(page, person)
    page.goto(f"{person}/watch")
    give_purpose(page)
    page.get_by_role("button", name="Begin to watch").click()
    for name, text in LONG_NAMES.items():
        page.goto(address)
        ask(page, text)
        picture(page, name)
        page.locator(".wmp-result a").first.click()
        picture(page, name)
    pictures(page, address, *OFFICERS_OWN)
    page.goto(f"{address}/people/0")
    picture(page, "not_found")
    page.goto(f"{address}/searches")
    page.locator("tbody a").first.click()
    picture(page)
    _mistakes(page, address, person)


def _copy(page: Page, person: str) -> None:
    """Asked why once more, for whom, and the copy."""
    page.goto(f"{person}/print")
    picture(page, "again")
    confirm(page)
    picture(page)
    page.locator("[name=recipient]").fill("Duty solicitor")
    page.locator("[name=organisation]").fill("Aston Legal Advice Centre")
    page.locator("[name=reason]").fill("Disclosure before the interview")
    page.get_by_role("button", name="Make the copy").click()
    picture(page, "copy")


def _mistakes(page: Page, address: str, person: str) -> None:
    """Forms sent empty, and what one says of the product."""
    page.goto(address)
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page, "error")
    page.goto(f"{person}/share")
    page.get_by_role("button", name="Share").click()
    picture(page, "error")
    page.goto(f"{address}/feedback")
    page.get_by_role("button", name="Send").click()
    picture(page, "error")
    page.get_by_label("I have an idea").check()
    page.get_by_label("Tell us").fill("Let me sort the people found by age")
    page.get_by_role("button", name="Send").click()


def analyst(page: Page, address: str) -> None:
    """Matches to decide, a list of people, a search by fields."""
    say_why(page, address)
    pictures(page, address, "/matches", "/people/search/fields")
    page.goto(f"{address}/matches")
    if (task := page.locator("tbody a")).count():
        task.first.click()
        picture(page)
    page.goto(f"{address}/people/lists")
    picture(page)
    page.locator("[name=text]").fill("smith birmingham\nrazor\nXqzzv Ywvkq")
    give_purpose(page)
    page.get_by_role("button", name="Search for all").click()
    time.sleep(5)  # a worker searches
    page.reload()
    picture(page)
    page.get_by_role("link", name="Download the table").click()
    confirm(page)
    picture(page)
    page.goto(address)
    ask(page, WANTED)
    page.locator(".wmp-result a").first.click()
    pictures(page, page.url, "/restrict")
    pictures(page, address, "/restrictions")


def disclosure(page: Page, address: str) -> None:
    """A record as it was delivered; nobody was found, and that is certified."""
    give_purpose(page, "SAR", with_task=False)
    page.locator("[name=text]").fill(WANTED)
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".wmp-result a").first.click()
    page.goto(f"{page.url}?all")
    page.locator("#records a").first.click()
    picture(page)
    page.goto(address)
    page.locator("[name=text]").fill("Xqzzv Ywvkq 1990")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Issue a certificate of a negative search").click()
    picture(page)


CONTESTED = {
    "statement": "That is the name of my cousin, who used my licence",
    "stated_by": "The person, by letter",
    "stated_on": "2026-01-09",
    "basis": "Letter of 9 January",
}


def requests(page: Page, address: str) -> None:
    """A request for what is held: kept, previewed, and a form sent empty."""
    give_purpose(page, "SAR", with_task=False)
    page.locator("[name=text]").fill(WANTED)
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".wmp-result a").first.click()
    number = page.url.rpartition("/")[2]
    page.goto(f"{address}/requests")
    page.get_by_role("button", name="Keep the request").click()
    picture(page, "error")
    page.locator("[name=person]").fill(number)
    page.locator("[name=reference]").fill(f"SAR/26/{time.strftime('%H%M%S')}")
    for name in ("received_on", "confirmed_on"):
        page.locator(f"[name={name}]").fill(time.strftime("%Y-%m-%d"))
    page.get_by_role("button", name="Keep the request").click()
    picture(page)
    page.get_by_role("link", name="Preview the answer").click()
    confirm(page)
    picture(page)
    page.goto(f"{address}/requests")
    picture(page)
    page.goto(f"{address}/people/{number}/contested")
    page.get_by_label("Name:").last.check()  # not the one that is searched for
    page.get_by_label("A fact").check()
    for name, words in CONTESTED.items():
        page.locator(f"[name={name}]:not([type=hidden])").fill(words)
    page.get_by_label("nobody can tell").check()
    page.get_by_role("button", name="Keep the statement").click()
    picture(page)
    page.goto(f"{address}/corrections")
    picture(page)
    page.locator("main table a").first.click()
    picture(page)


def breach(page: Page, address: str) -> None:
    """The form of a breach sent empty, and one that was kept."""
    page.goto(f"{address}/breaches")
    page.get_by_role("button", name="Keep the breach").click()
    picture(page, "error")
    page.locator("[name=reference]").fill(f"DB/26/{time.strftime('%H%M%S')}")
    page.locator("[name=kind]").first.check()
    for name in ("what", "effect", "measures"):
        page.locator(f"[name={name}]").fill("A copy went to a wrong address")
    for name in ("happened_at", "known_at"):
        page.locator(f"[name={name}]").fill(time.strftime("%Y-%m-%dT00:00"))
    page.locator("[name=concerned]").fill("1")
    page.get_by_role("button", name="Keep the breach").click()
    picture(page)
    page.goto(f"{address}/breaches")
    picture(page)


def material(page: Page, address: str) -> None:
    """All material of the first crime that a search finds."""
    page.goto(f"{address}/crimes")
    give_purpose(page, with_task=False)
    page.locator("main [name=text]").fill("burglary")
    page.locator("main").get_by_role("button", name="Search").click()
    page.locator("main a[href^='/crimes/']").first.click()
    page.get_by_role("link", name="All material of this case").click()
    picture(page)


def records_manager(page: Page, address: str) -> None:
    """What falls due, a review, a disposal that is proposed; the second one refuses it."""
    say_why(page, address, with_task=False)
    pictures(page, address, "/retention", "/retention/queue", "/retention/warnings")
    page.locator("tbody a").first.click()
    confirm(page)
    picture(page)
    page.goto(f"{address}/retention/queue")
    for _ in range(12):  # the first against whom nothing stands
        page.locator("tbody a").first.click()
        confirm(page)
        if page.locator("dd", has_text=re.compile("^Nothing$")).count():
            break
        _answer(page, "keep")
    picture(page)
    page.get_by_role("button", name="Save the review").click()
    picture(page, "error")
    _answer(page, "dispose")
    page.goto(f"{address}/retention")
    page.locator("main [name=reason]").fill("Reviewed in November, nothing against it")
    page.get_by_role("button", name="Propose their disposal").click()
    picture(page)
    with beside(page) as other:
        sign_in(other, address, "records2")
        other.goto(page.url)
        other.locator("main [name=reason]").fill("Pictures only: it stays as it was")
        other.get_by_role("button", name="Refuse").click()


def _answer(page: Page, outcome: str) -> None:
    for group in page.locator("main fieldset").all():
        group.locator("input[value=no]").or_(group.locator(f"input[value={outcome}]")).check()
    page.locator("main [name=reason]").fill("Nothing was recorded for a long time")
    page.get_by_role("button", name="Save the review").click()


def scientist(page: Page, address: str) -> None:
    """An extract is asked for, looked at by who may approve it, and refused."""
    page.goto(f"{address}/extracts/new")
    page.get_by_role("button", name="Ask for it").click()
    picture(page, "error")
    for label in ("Age, in bands", "Recorded sex"):
        page.get_by_label(label).check()
    page.locator("main [name=reference]").fill("DPIA-2026-041")
    page.locator("main [name=reason]").fill("How reviews due next year spread over age bands")
    page.get_by_role("button", name="Ask for it").click()
    picture(page)
    with beside(page) as other:
        sign_in(other, address, "records")
        other.goto(page.url)
        picture(other, "approver")
        other.locator("main [name=reason]").fill("Pictures only: no extract is needed")
        other.get_by_role("button", name="Refuse").click()
    pictures(page, address, "/extracts")


def trainee(page: Page, address: str) -> None:
    """Made-up people, whatever is typed."""
    picture(page, "trainee")
    page.locator("[name=text]").fill("mohammed abdul chaudhry-practice")
    give_purpose(page, "TRAINING", with_task=False)
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page, "trainee")
    page.locator(".wmp-result a").first.click()
    picture(page, "trainee")


def auditor(page: Page, address: str) -> None:
    """One event as it was, an extract to give away, who searched for some words."""
    read_trail(page, address, "/audit")
    page.locator("tbody tr", has_text="Viewed a person").locator("th a").first.click()
    picture(page)
    pictures(page, address, "/audit/extract")
    page.goto(f"{address}/audit/find")
    page.get_by_label("Words of the search").fill(WANTED)
    page.get_by_role("button", name="Find searches").click()
    picture(page)


def supervisor(page: Page, address: str) -> None:
    """The morning: the queue, one review; who looked at whom, and what for."""
    before.glass_broken(page, address)
    read_trail(page, address, "/reviews", with_picture=True)
    picture(page)
    page.locator("tbody a").first.click()
    picture(page)
    pictures(page, address, "/audit", "/for-you", "/audit/find")


def standards(page: Page, address: str) -> None:
    """Alerts, what they rest on, lists, rules, cases; both questions of every inquiry."""
    before.glass_broken(page, address)
    read_trail(page, address, "/misuse")
    picture(page)
    page.locator("tbody a").first.click()
    picture(page)
    addresses = [link.get_attribute("href") or "" for link in page.locator("dl a").all()]
    story = next(a for a in addresses if "/audit/officer/" in a)
    seen = next(a for a in addresses if "/audit/person/" in a)
    pictures(page, address, story, seen, *STANDARDS)
    page.goto(f"{address}/misuse/cases")
    picture(page)
    page.get_by_label("Case reference").fill(f"PSD/26/{time.strftime('%H%M%S')}")
    page.get_by_role("button", name="Open the case").click()
    picture(page)


def administrator(page: Page, address: str) -> None:
    """People, roles, purposes, and no box."""
    pictures(page, address, *ADMINISTRATORS)
    page.goto(f"{address}/officers")
    page.get_by_role("link", name=re.compile("Fielding")).first.click()
    picture(page)
    somebody = page.url
    pictures(page, somebody, "/preview", "/status", "/unit")
    page.goto(somebody)
    page.get_by_label("Role", exact=True).select_option(label="Officer")
    page.get_by_role("button", name="Continue").click()
    picture(page)
    page.goto(f"{address}/roles")
    page.locator("h2 a").first.click()
    picture(page)
    page.goto(f"{address}/roles")
    page.get_by_role("link", name="Trainee", exact=True).click()
    picture(page, "trainee")
    pictures(page, page.url, "/change", "/retire")
    page.goto(f"{address}/purposes")
    page.get_by_role("link", name="Traffic").click()
    picture(page)
    page.get_by_role("link", name="Take it out of the list").click()
    picture(page)
    page.goto(f"{address}/units")
    page.locator("tbody a").first.click()
    picture(page)


def engineer(page: Page, address: str) -> None:
    """How fresh the feeds are; a new source from its sample to the columns."""
    pictures(page, address, "/feeds", "/feeds/new")
    sample = {"name": "prisons_20260501.csv", "mimeType": "text/csv", "buffer": SAMPLE.encode()}
    page.get_by_label("Sample file").set_input_files(sample)  # type: ignore[arg-type]
    page.get_by_label("Short name of the system").fill("prisons")
    page.get_by_label("Name that officers read").fill("Prisons")
    page.get_by_role("button", name="Read the sample").click()
    picture(page)
    page.get_by_role("link", name="Edit the source file itself").click()
    picture(page)
    page.go_back()
    page.get_by_role("button", name="Change the mapping").click()
    picture(page)
    page.go_back()
    page.get_by_role("button", name="Give up and delete the sample").click()


def product(page: Page, address: str) -> None:
    """What was said of the product, and one answer to it."""
    pictures(page, address, "/feedback/all")
    if (said := page.locator("tbody a")).count():
        said.first.click()
        picture(page)


def panel(page: Page, address: str) -> None:
    """Numbers only."""
    pictures(
        page,
        address,
        "/quality",
        "/quality/search",
        "/quality/matching",
        "/panel",
        "/panel/search-use",
    )
    page.goto(f"{address}/panel")
    page.locator("a[href*='/panel/snapshots/']").first.click()
    picture(page)


OFFICERS_OWN = (
    "/watches",
    "/searches",
    "/recent",
    "/shared",
    "/account",
    "/purpose",
    "/break-glass",
    "/feedback",
    "/you-said-we-did",
    "/display",
    "/accessibility",
    "/confirm-who-you-are",
    "/account/app",
    "/account/passkey",
    "/help",
    "/design",
    "/survey",
)
STANDARDS = (
    "/misuse/limited",
    "/misuse/listed",
    "/misuse/rules",
    "/reviews/supervisors",
)
ADMINISTRATORS = (
    "/officers",
    "/roles",
    "/roles/new",
    "/roles/matrix",
    "/role-requests",
    "/officers/file",
    "/units",
    "/access-reviews",
    "/purposes",
)
