"""What was on the screen: how it is taken from a page or an answer, and shown again.

Kept is the page's <main> as rendered, without its forms (they hold CSRF tokens and what can be
typed, not what was found). A form that shows data carries `data-shown`: it stays, unwrapped and
without hidden fields. Of an API answer the JSON is kept. Replay is inert: nothing in it can be
followed, sent or run, and it is shown only if it still has the hash that the event names.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

import lxml.html
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from lxml.html import HtmlElement

from audit.models import Event, Screen
from audit.record import reachable

EMPTY = SafeString("")
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
FORM = re.compile(r"(<form\b[^>]*>)(.*?)</form>", re.DOTALL)
UNSEEN = re.compile(
    r"""<script\b.*?</script>|<input\b[^>]*type=["']hidden["'][^>]*>|<!--.*?-->""", re.DOTALL
)
TAGS = """
abbr b br caption cite code dd details div dl dt em fieldset figure figcaption h1 h2 h3 h4 h5 h6
hr i legend li mark ol p path pre rect s section small span strong sub summary sup svg table tbody
td text tfoot th thead time tr u ul
"""
KEPT_TAGS = frozenset(TAGS.split())
KEPT_ATTRIBUTES = frozenset(
    {"class", "colspan", "rowspan", "scope", "data-label", "start", "open", "datetime"}
    | {"d", "font-size", "height", "rx", "viewbox", "width", "x", "y"}  # of a drawing
)


@dataclass(frozen=True, slots=True)
class Replay:
    """What an event showed; one of `withheld`, `gone`, `altered`, `html` and `answer` says it."""

    html: SafeString = EMPTY
    answer: str = ""
    gone: bool = False  # erased, or never kept: the event's hash is all that is left
    altered: bool = False  # its content is not what the event names
    withheld: bool = False  # the reader may not see what was on it (`audit.replays`)
    first_at: Any = None


def of_page(html: str) -> bytes:
    """What to keep of a rendered page; a page without <main> is kept whole."""
    main = MAIN.search(html)
    shown = FORM.sub(_form, main[0] if main else html)
    lines = (line.strip() for line in UNSEEN.sub("", shown).splitlines())
    return "\n".join(line for line in lines if line).encode("utf-8", "replace")


def _form(form: re.Match[str]) -> str:
    return form[2] if "data-shown" in form[1] else ""


def replay(event: Event) -> Replay | None:
    """What the event showed, None for an action that shows no data. Raises AuditUnavailable."""
    if event.screen_hash is None:
        return None
    with reachable():
        screen = Screen.objects.filter(hash=bytes(event.screen_hash)).first()
    if screen is None:
        return Replay(gone=True)
    body = bytes(screen.body)
    if hashlib.sha256(body).digest() != bytes(event.screen_hash):
        return Replay(altered=True)
    text = body.decode("utf-8", "replace")
    if text.startswith(("{", "[")):
        indented = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        return Replay(answer=indented, first_at=screen.first_at)
    return Replay(html=inert(text), first_at=screen.first_at)


def inert(html: str) -> SafeString:
    """The same words in the same form, of allowed tags and attributes only.

    Links become text, fields become their values; ids go, since they would double the page's own.
    """
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in list(root.iter()):
        if element is not root:
            _make_inert(element)
    parts = (lxml.html.tostring(child, encoding="unicode") for child in root)
    return mark_safe("".join([escape(root.text or ""), *parts]))  # noqa: S308  made of KEPT_ only


def _make_inert(element: HtmlElement) -> None:
    if not isinstance(element.tag, str) or element.tag in {"script", "style", "template"}:
        element.drop_tree()
        return
    if element.tag in {"main", "article", "header", "footer", "nav", "aside"}:
        element.tag = "div"  # the page has landmarks of its own
    elif element.tag in {"a", "button", "label", "textarea", "option"}:
        element.tag = "span"
    elif element.tag == "input":
        checked = {"checkbox", "radio"}
        ticked = "[x] " if "checked" in element.attrib else "[ ] "
        kind, value = element.get("type"), element.get("value", "")
        element.tag, element.text = "span", ticked if kind in checked else value
    elif element.tag not in KEPT_TAGS:
        element.drop_tag()
        return
    for name in list(element.attrib):
        if name not in KEPT_ATTRIBUTES:
            del element.attrib[name]
