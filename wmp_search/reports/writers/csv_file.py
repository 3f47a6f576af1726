"""CSV that a spreadsheet opens as it is: no cell is a formula to it."""

import csv
from io import StringIO

from audit.extracts import harmless
from wmp_search.reports.writers.paper import Cell, Paper


def write(paper: Paper) -> bytes:
    """The marking first and last, the facts, the caveats, then the table. UTF-8 with a mark."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([paper.marking])
    writer.writerows([name, harmless(value)] for name, value in paper.facts.items())
    writer.writerows(["Note", harmless(caveat)] for caveat in paper.caveats)
    writer.writerows([[], paper.headings()])
    writer.writerows([_cell(cell) for cell in line] for line in paper.lines())
    writer.writerow([paper.marking])
    return text.getvalue().encode("utf-8-sig")


def _cell(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell
