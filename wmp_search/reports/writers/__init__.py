"""Files of a report: CSV, Excel, PDF and its picture, each made from the same `Paper`.

Marking, author, time, purpose, recipient, freshness and caveats stand inside every file: a table
that is passed on without them misleads (OSR on uncertainty, 2022).
"""

from collections.abc import Callable

from wmp_search.reports.spec import DRAWN, Chart
from wmp_search.reports.writers import csv_file, pdf_file, svg_file, xlsx_file
from wmp_search.reports.writers.paper import Paper

WRITERS: dict[str, Callable[[Paper], bytes]] = {
    "csv": csv_file.write,
    "xlsx": xlsx_file.write,
    "pdf": pdf_file.write,
    "svg": svg_file.write,
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
}
WORDS = {"csv": "CSV", "xlsx": "Excel", "pdf": "PDF", "svg": "The picture (SVG)"}


def write(form: str, paper: Paper) -> bytes:
    """The file's bytes; the same for the same paper. Raises `pdf_file.NoPdf`."""
    return WRITERS[form](paper)


def offered(chart: Chart = Chart.TABLE) -> dict[str, str]:
    """Form → words, of those that can be made here of a report that is shown so."""
    missing = set() if pdf_file.is_possible() else {"pdf"}
    if chart not in DRAWN:
        missing.add("svg")
    return {form: words for form, words in WORDS.items() if form not in missing}
