"""A PDF by WeasyPrint, from a template of our own. It fetches nothing: no file, no address.

WeasyPrint needs Pango on the machine. Where it is missing, the product says so and offers the
other forms.
"""

import hashlib
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.template.loader import render_to_string

from wmp_search.reports import drawing
from wmp_search.reports.writers.paper import Paper

MOST_ROWS = 500  # a thousand took six seconds; all of them stand in the other files
STYLE = Path(__file__).with_name("paper.css")
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz")


class NoPdf(Exception):
    """This machine cannot make PDFs; the text says what to do."""


@cache
def is_possible() -> bool:
    """Whether the libraries of WeasyPrint are on this machine."""
    return all(find_library(name) for name in LIBRARIES)


def write(paper: Paper) -> bytes:
    """The document's bytes. Raises NoPdf."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise NoPdf("This server has no Pango, so no PDF. Take Excel or CSV instead") from error
    html = render_to_string("reports/paper.html", _context(paper))
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    document = weasyprint.HTML(string=html, url_fetcher=_nothing(), base_url=None)
    style = weasyprint.CSS(string=STYLE.read_text(), url_fetcher=_nothing())
    made: bytes = document.write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1", pdf_identifier=identifier
    )
    return made


def _nothing() -> Any:
    """A fetcher that refuses every address."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> NoReturn:  # noqa: ARG002
            raise ValueError("a report fetches nothing")

    return Nothing()


def _context(paper: Paper) -> dict[str, Any]:
    lines = list(paper.lines())
    left_out = max(0, len(lines) - 1 - MOST_ROWS)
    return {
        "paper": paper,
        "lines": [
            [
                (f"{cell:,}" if not isinstance(cell, str) else cell, not isinstance(cell, str))
                for cell in line
            ]
            for line in (*lines[:-1][:MOST_ROWS], lines[-1])
        ],
        "left_out": left_out,
        "most": MOST_ROWS,
        "drawn": drawing.of(paper.result),
    }
