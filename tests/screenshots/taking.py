"""What every tour does: sign in, say why, ask, take a picture."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

Theme = Literal["light", "dark"]
ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("WMP_VAR", ROOT / "var"))
OUT: dict[Theme, Path] = {"light": ROOT / "docs" / "screenshots", "dark": VAR / "screenshots"}
WIDTHS = {390: 844, 1280: 900}
LONGEST = 1600
COLOURS = 64  # what is kept stays small
PURPOSE = ("CRIME-INV", "20CR/1234/26")


@contextmanager
def opened(browser: Browser, width: int, theme: Theme) -> Iterator[Page]:
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=theme,
        locale="en-GB",
        timezone_id="Europe/London",
    )
    yield context.new_page()
    context.close()


def sign_in(
    page: Page, address: str, who: str, password: str, *, with_pictures: bool = False
) -> None:
    page.goto(address)
    if with_pictures:
        picture(page, "sign_in")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    if with_pictures:
        picture(page, "notice")
    page.get_by_role("button", name="I accept and continue").click()


def read_trail(page: Page, address: str, then: str, *, name: str = "") -> None:
    """Say which of the four purposes the trail is read for."""
    page.goto(f"{address}/audit/purpose?next={then}")
    if name:
        picture(page, name)
    page.get_by_label("To verify that the processing is lawful").check()
    page.get_by_role("button", name="Continue").click()


def ask(page: Page, text: str) -> None:
    page.locator("[name=text]").fill(text)
    give_purpose(page)
    page.get_by_role("button", name="Search", exact=True).click()


def give_purpose(page: Page, code: str = PURPOSE[0], *, with_task: bool = True) -> None:
    """The officer's first task, or the code; nothing where a purpose lives already."""
    if page.locator("[name=task]").first.is_visible():
        if with_task:
            page.locator("[name=task]").first.check()
            return
        page.get_by_label("Something else").check()
    if page.locator("[name=code]").first.is_visible():
        page.locator("[name=code]").select_option(code)
        page.locator("[name=reference]").fill(PURPOSE[1])


def pictures(page: Page, address: str, wanted: dict[str, str]) -> None:
    for name, path in wanted.items():
        page.goto(f"{address}{path}")
        picture(page, name)


def picture(page: Page, name: str) -> None:
    """Kept in few colours. Says so if the page is wider than the screen."""
    page.wait_for_load_state()
    size = page.viewport_size or {"width": 390, "height": 844}
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    measured = "document.documentElement.scroll"
    height = min(int(page.evaluate(f"{measured}Height")), LONGEST)
    too_wide = int(page.evaluate(f"{measured}Width")) > size["width"]
    path = OUT["dark" if is_dark else "light"] / f"{name}_{size['width']}.png"
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    image = (
        Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    )
    image.save(path, optimize=True)
    print(path.name, "IS WIDER THAN THE SCREEN" if too_wide else "")  # noqa: T201
