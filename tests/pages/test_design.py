"""One look for everything: components stand on /design, and templates use nothing else."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from audit.models import Event
from tests.officers import officer, signed_in
from wmp_search.design import TOKENS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
APP = ROOT / "static" / "app"
CSS = (APP / "app.css").read_text()
# every page has them, /design too
SHELL = {
    *("break_glass", "footer", "header", "marking", "messages", "navigation", "purpose"),
    *("styles",),
}
# parts of one page or one form, with its own test
OF_ONE_PLACE = {
    *("administration", "challenges", "feeds", "map", "permissions", "purpose_fields", "review"),
    *("search_again", "search_box", "standards"),
}
BUTTONS = re.compile(
    r"^(govuk-button( govuk-button--(secondary|warning))?( govuk-!-margin-bottom-0)?"
    r"|govuk-service-navigation__toggle govuk-js-service-navigation-toggle"
    r"|wmp-link-button( wmp-as-recorded)?"
    r"|wmp-chip__remove)$"  # takes one part out of a search
)
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)


@pytest.mark.django_db
def test_every_component_is_shown_on_the_page_of_the_design() -> None:
    page = (ROOT / "templates/about/design.html").read_text()
    shown = set(re.findall(r'include "components/(\w+)\.html"', page)) | {"fact_list"}
    known = {path.stem for path in (ROOT / "templates/components").glob("*.html")}
    assert known - shown == SHELL | OF_ONE_PLACE


@pytest.mark.django_db
def test_the_page_of_the_design_opens_to_everybody_signed_in_and_shows_no_data() -> None:
    client = signed_in(officer())
    before = Event.objects.count()
    answer = client.get("/design")
    assert answer.status_code == 200
    assert Event.objects.count() == before
    for token in TOKENS:
        assert f"wmp-swatch--{token}" in answer.content.decode()


def test_there_is_no_second_button_style() -> None:
    strange = [
        f"{path.name}: {classes}"
        for path in TEMPLATES
        for classes in re.findall(r'<button\b[^>]*class="([^"]*)"', path.read_text())
        if not BUTTONS.match(re.sub(r"\{%.*?%\}", "", classes))
    ]
    assert strange == []


def test_colours_are_named_in_the_tokens_only() -> None:
    assert COLOUR.findall(CSS) == []
    tokens = (APP / "tokens.css").read_text()
    used = set(re.findall(r"var\(--wmp-([a-z-]+)\)", CSS))
    assert used <= set(re.findall(r"--wmp-([a-z-]+):", tokens))


def test_no_style_is_left_over_that_no_template_uses() -> None:
    text = " ".join(path.read_text() for path in TEMPLATES)
    text += " ".join(path.read_text() for path in APP.glob("*.js"))
    styled = set(re.findall(r"\.(wmp-[a-zA-Z_-]+)", CSS))
    built = {f"wmp-swatch--{token}" for token in TOKENS} | {"wmp-marking--bottom"}
    assert {name for name in styled - built if name not in text} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("x", "")])
def test_the_chosen_theme_stands_on_every_page(chosen: str, kept: str) -> None:
    client = signed_in(officer("officer"))
    assert client.post("/display", {"theme": chosen}).status_code == 302
    page = client.get("/").content.decode()
    assert (f'data-theme="{kept}"' in page) is bool(kept)
    client.post("/display", {"theme": ""})
    assert "data-theme" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_forged_theme_is_ignored() -> None:
    client = signed_in(officer("officer"))
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/").content.decode()
