"""An Excel file. Text is written as text: nothing in it becomes a formula or a link."""

from io import BytesIO
from typing import Any

import xlsxwriter

from wmp_search.reports.writers.paper import Paper

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = (34, 28, 16, 16, 16)


def write(paper: Paper) -> bytes:
    """One sheet: the marking first and last, the facts, the caveats, then the table."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties(
        {
            "title": paper.title,
            "author": paper.author,
            "category": paper.marking,
            "created": paper.made_at.replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Report")
    sheet.set_header(f"&C{paper.marking}")
    sheet.set_footer(f"&C{paper.marking}&RPage &P of &N")
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    _lines(sheet, paper, bold)
    book.close()
    return file.getvalue()


def _lines(sheet: Any, paper: Paper, bold: Any) -> None:
    sheet.write_string(0, 0, paper.marking, bold)
    said = [*paper.facts.items(), *(("Note", caveat) for caveat in paper.caveats)]
    at = 1
    for at, (name, value) in enumerate(said, 1):
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, value)
    at += 2
    for place, heading in enumerate(paper.headings()):
        sheet.write_string(at, place, heading, bold)
    for line in paper.lines():
        at += 1
        for place, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(at, place, cell)
            else:
                sheet.write_number(at, place, cell)
    sheet.write_string(at + 1, 0, paper.marking, bold)
