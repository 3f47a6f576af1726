"""A plain document with a protective marking at the top and bottom of every page (D7)."""

from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import reportlab
from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from wmp_search.access.disclosures import MARKING

WIDTH, HEIGHT = A4
MARGIN, LEADING = 18 * mm, 12
TOP, BOTTOM = HEIGHT - 26 * mm, 24 * mm
BODY, BOLD = "Vera", "VeraBd"


class Pages:
    """Fed from top to bottom; `finish` gives the document."""

    def __init__(self, title: str) -> None:
        _typefaces()
        self.file, self.number, self.y = BytesIO(), 0, 0.0
        self.canvas = Canvas(self.file, pagesize=A4)
        self.canvas.setTitle(title)
        self.canvas.setAuthor("WMP Search")
        self._page()
        self._line(title, BOLD, 16, 22)

    def facts(self, facts: Mapping[str, str]) -> None:
        """Label and value, one a line."""
        for label, value in facts.items():
            self._text(f"{label.replace('_', ' ').capitalize()}: {value}", BODY)
        self.y -= LEADING

    def entry(self, heading: str, lines: Iterable[str]) -> None:
        """A heading and what belongs to it; not torn from its first line."""
        self._room(3 * LEADING)
        self._text(heading, BOLD)
        for line in lines:
            self._text(line, BODY)
        self.y -= LEADING / 2

    def finish(self) -> bytes:
        """The document's bytes."""
        self.canvas.save()
        return self.file.getvalue()

    def _text(self, text: str, face: str) -> None:
        for line in simpleSplit(_known(text), face, 9, WIDTH - 2 * MARGIN) or [""]:
            self._line(line, face, 9, LEADING)

    def _line(self, text: str, face: str, size: int, leading: int) -> None:
        self._room(leading)
        self.canvas.setFont(face, size)
        self.canvas.drawString(MARGIN, self.y, text)
        self.y -= leading

    def _room(self, needed: float) -> None:
        if self.y - needed < BOTTOM:
            self.canvas.showPage()
            self._page()

    def _page(self) -> None:
        self.number, self.y = self.number + 1, TOP
        self.canvas.setFont(BOLD, 10)
        self.canvas.drawCentredString(WIDTH / 2, HEIGHT - 14 * mm, MARKING)
        self.canvas.drawCentredString(WIDTH / 2, 10 * mm, MARKING)
        self.canvas.setFont(BODY, 8)
        made = timezone.localtime().strftime("%d %b %Y, %H:%M")
        self.canvas.drawString(MARGIN, 16 * mm, f"Made {made}")
        self.canvas.drawRightString(WIDTH - MARGIN, 16 * mm, f"Page {self.number}")


@cache
def _typefaces() -> frozenset[int]:
    """Make the typefaces known; the characters that the body's has."""
    folder = Path(str(reportlab.__file__)).parent / "fonts"
    for name in (BODY, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    return frozenset(pdfmetrics.getFont(BODY).face.charToGlyph)


def _known(text: str) -> str:
    known = _typefaces()
    return "".join(c if ord(c) in known else "?" for c in text)
