"""The picture of a report as an SVG: no script, no style, no address; marked as every file is."""

from django.template.loader import render_to_string

from wmp_search.reports import drawing
from wmp_search.reports.writers.paper import Paper

WIDTH, LINE, SIGNS = 480, 16, 74  # units; signs of small print that fit into a line


def write(paper: Paper) -> bytes:
    """The marking first and last, the facts and caveats below the picture."""
    drawn = drawing.of(paper.result)
    high = float(drawn.view.split()[-1]) if drawn.view else 0.0
    told = [f"{name}: {value}" for name, value in paper.facts.items()]
    if drawn.map:
        told += [f"{rank}: {name}" for rank, name in enumerate(drawn.map.named, 1)]
    lines = [part for text in (*told, *paper.caveats) for part in _wrapped(text)]
    below = high + 3 * LINE
    context = {
        "paper": paper,
        "drawn": drawn,
        "lines": [(below + LINE * at, text) for at, text in enumerate(lines)],
        "view": f"0 0 {WIDTH} {below + LINE * (len(lines) + 2):g}",
        "last": below + LINE * (len(lines) + 1),
    }
    return render_to_string("reports/picture.svg", context).encode()


def _wrapped(text: str) -> list[str]:
    """The words in lines of at most SIGNS signs."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= SIGNS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
