"""A sergeant's reports and an analyst's release, for the pictures. What is made is deleted."""

from playwright.sync_api import Page

from tests.screenshots.taking import confirm, picture, pictures, say_why

ASKED = "of=crimes.crimes&by=month&last=24&compare=usual&chart=line"
MAP = "of=crimes.crimes&by=ward&last=24&chart=map"
HEAT = "of=hours.crimes&by=weekday&by=hour&last=12&chart=heat"
BOTH = "of=crimes.crimes&by=category&by=outcome&last=24"


def sergeant(page: Page, address: str) -> None:
    """The three steps, a saved report and what is done with it."""
    say_why(page, address, with_task=False)
    base = f"{address}/reports"
    picture_of_steps(page, base)
    page.get_by_label("Name of the report").fill("Crime by month")
    page.get_by_role("button", name="Save").click()
    report = page.url
    picture(page)
    page.locator("main a[href*='/records?']").first.click()
    picture(page)
    pictures(page, report, "/share", "/schedule")
    page.goto(f"{base}/download?{ASKED}")
    confirm(page)
    picture(page)
    page.get_by_label("PDF").check()
    page.locator("[name=recipient]").fill("Superintendent Okafor")
    page.locator("[name=organisation]").fill("This force")
    page.locator("[name=reason]").fill("For the tasking meeting on Monday")
    page.get_by_role("button", name="Download").click()
    picture(page)
    _dashboard(page, report)
    pictures(page, base, "", "/inbox", "/differ")
    page.goto(report)
    page.get_by_role("button", name="Delete the report").click()


def picture_of_steps(page: Page, base: str) -> None:
    page.goto(f"{base}/new")
    picture(page)
    page.goto(f"{base}/new/split?of=crimes.crimes")
    picture(page)
    page.goto(f"{base}/new/where?of=crimes.crimes&by=month")
    confirm(page)
    picture(page)
    page.goto(f"{base}/preview?{BOTH}")
    picture(page, "both")
    for name, question in (("map", MAP), ("heat", HEAT)):
        page.goto(f"{base}/preview?{question}")
        picture(page, name)
    page.goto(f"{base}/preview?{ASKED}")
    picture(page)


def _dashboard(page: Page, report: str) -> None:
    page.goto(report)
    page.get_by_text("Put it on a dashboard").click()
    page.get_by_label("Name of the new dashboard").fill("Morning meeting")
    page.get_by_role("button", name="Put it there").click()
    picture(page)
    page.get_by_text("Change this dashboard").click()
    page.get_by_role("button", name="Delete the dashboard").click()


def analyst(page: Page, address: str) -> None:
    """The page of released figures."""
    say_why(page, address, with_task=False)
    page.goto(f"{address}/reports/release")
    confirm(page)
    picture(page)
