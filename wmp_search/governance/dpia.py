"""The data protection impact assessment: the four parts of DPA 2018 s.64(3), and s.65."""

from collections.abc import Iterator
from typing import Any

from wmp_search.governance.declared import load, said
from wmp_search.governance.law import Row, read
from wmp_search.governance.markdown import GENERATED, bullets, table
from wmp_search.governance.processing import retention, sources


def render() -> str:
    """The whole document."""
    return "\n".join(_parts({row.id: row for row in read()}))


def _parts(rows: dict[str, Row]) -> Iterator[str]:
    asked = load()["consultation"]
    yield f"# Data protection impact assessment\n\n{GENERATED}\n"
    yield (
        f"Version approved: {said(asked['dpia_version'])}. Until there is one, this is a draft "
        "that says what the product does about each risk, and no approval of anything.\n"
    )
    yield "## (a) What is done with data\n"
    yield _described()
    yield "## (b) Risks to the rights and freedoms of people\n"
    yield _risks()
    yield "## (c) Measures against them\n"
    for risk in load()["risk"]:
        yield f"### {risk['id']}. {risk['what']}\n\n{_measures(risk, rows)}"
    yield "## (d) Safeguards, and how compliance is shown\n"
    yield (
        "Every row of [compliance.md](../compliance.md) names the tests that fail if a measure "
        "is broken, and every gap. Sensitive processing: [appropriate policy document]"
        "(appropriate-policy.md). Equality: [evidence](equality-impact.md).\n"
    )
    yield retention()
    yield "## Prior consultation of the Commissioner (s.65)\n"
    yield (
        f"Needed: {said(asked['needed'])}. Why: {said(asked['reason'])}. If it is, the "
        "Commissioner has six weeks from receiving the request, and may take one month more.\n"
    )
    yield f"Who was asked about this assessment: {said(asked['asked'])}.\n"


def _described() -> str:
    about = load()["transparency"]
    systems = sources()
    closed = [s.title for s in systems if s.tier != "open"]
    return (
        f"{about['description']} {len(systems)} systems are read: "
        f"{', '.join(s.title for s in systems)}. Restricted to roles that may see it: "
        f"{', '.join(closed) or 'none'}. The product never:\n\n" + bullets(about["never"])
    )


def _risks() -> str:
    head = ("risk", "what may happen", "likelihood", "severity", "owner", "what remains")
    judged = ("likelihood", "severity", "owner")
    rows = [
        (r["id"], r["what"], *(said(r[k]) for k in judged), r["remains"]) for r in load()["risk"]
    ]
    return table(head, rows)


def _measures(risk: dict[str, Any], rows: dict[str, Row]) -> str:
    found = [rows[key] for key in risk["rows"]]
    return table(("row", "measure", "state"), [(r.id, r.what, r.state) for r in found])


def open_points() -> list[str]:
    """What somebody must decide before the assessment could be approved."""
    fields = ("likelihood", "severity", "owner")
    return [f"{r['id']} {k}" for r in load()["risk"] for k in fields if not r[k]]
