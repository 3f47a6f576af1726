"""Pages as a phone and a desk have them, with and without JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
WAYS = ["phone", pytest.param("desk", marks=pytest.mark.slow), "without JavaScript"]


@contextmanager
def watched(browser: Browser, way: str, *, refusals: bool = False) -> Iterator[Page]:
    """A page of the size that `way` names; one that names none has a phone's, and no JavaScript.
    Every console error fails the test, with `refusals` but those of forms that answer 400.
    """
    context = browser.new_context(
        viewport=SIZES.get(way, SIZES["phone"]),  # type: ignore[arg-type]
        java_script_enabled=way in SIZES,
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert [text for text in errors if not (refusals and "status of 400" in text)] == []
