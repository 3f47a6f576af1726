"""The map of crimes: hexagons, wards, what lies behind a number, and crimes near a place."""

from playwright.sync_api import Page

from tests.screenshots.taking import picture, say_why

TABLE = "main tbody a"


def maps(page: Page, address: str) -> None:
    """A town in hexagons, the force in wards, one of each; a postcode unknown, and one known."""
    say_why(page, address)
    page.goto(f"{address}/crimes/map?period=all&by=8&area=Wolverhampton")
    picture(page)
    page.locator(TABLE).first.click()
    picture(page)
    page.goto(f"{address}/crimes/map?period=all&by=ward")
    picture(page, "wards")
    page.locator(TABLE).first.click()
    picture(page)
    page.goto(f"{address}/crimes/map?period=all")
    for typed in ("ZE1", "WV14"):
        page.get_by_label("Postcode or crime number").fill(typed)
        page.get_by_role("button", name="Find crimes near it").click()
        picture(page)
    page.get_by_role("link", name="Trend in this area").click()
    picture(page, "around")
