"""The record of processing (DPA 2018 s.61(2)), from declarations, sources, rules and catalogue."""

from collections.abc import Iterator

from django.conf import settings

from ingest.spec import Source, load_specs
from people.models import InvolvementRole
from wmp_search.access import catalogue
from wmp_search.governance.declared import load, said
from wmp_search.governance.law import read
from wmp_search.governance.markdown import GENERATED, bullets, table
from wmp_search.retention import rules

SECURITY = ("A4", "A5", "B8", "K1", "K2", "K3", "K4", "K9", "K10")  # rows of law.toml


def sources() -> list[Source]:
    """The source files that come with the product, by title."""
    shipped = load_specs([settings.BASE_DIR / "ingest" / "sources"])
    return sorted(shipped.values(), key=lambda source: source.title)


def render() -> str:
    """The whole document."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    about, force = load()["processing"], load()["force"]
    yield f"# Record of processing\n\n{GENERATED}\n"
    yield "What DPA 2018 s.61(2) asks a controller to record about this product.\n"
    yield "## (a) Controller\n"
    yield table(("", ""), [(k.replace("_", " ").capitalize(), said(v)) for k, v in force.items()])
    yield f"## (b) Purposes\n\n{about['purpose']}\n"
    yield "## (c) Recipients\n"
    head = ("who", "what", "how", "basis")
    yield table(head, [tuple(said(r[k]) for k in head) for r in load()["recipient"]])
    yield "## (d) Data subjects and personal data\n"
    yield "People with at least one of these roles in an event that a system records:\n"
    yield bullets(str(role.label) for role in InvolvementRole)
    yield "What is held about them is listed in the [data dictionary](data-dictionary.md).\n"
    yield _systems()
    yield f"## (e) Profiling\n\n{about['profiling']}\n"
    yield f"## (f) Transfers abroad\n\n{about['transfers']}\n"
    yield f"## (g) Legal basis\n\n{about['basis']}\n"
    yield f"Decided by: {said(about['basis_decided_by'])}.\n"
    yield "## (h) Time limits for erasure\n"
    yield retention()
    yield "## (i) Security\n"
    yield _security()


def _systems() -> str:
    rows = [
        (s.title, s.tier, s.retention_class, s.schedule, ", ".join(t.kind for t in s.streams))
        for s in sources()
    ]
    return table(("system", "tier", "retention class", "asked (crontab)", "what it gives"), rows)


def retention() -> str:
    """Groups and periods in a table, with whether anybody confirmed them."""
    found = rules.load()
    by = f"{found.confirmed_by}, {found.confirmed_on}" if found.is_confirmed else said("")
    rows = [
        (
            str(g.number),
            g.title,
            f"{g.clear_years} years without a new relevant event",
            f"every {g.again_years} years"
            + (f", kept until the age of {g.until_age}" if g.until_age else ""),
        )
        for g in found.groups.values()
    ]
    years = settings.AUDIT_RETENTION_YEARS["*"]
    return (
        f"Periods confirmed by: {by}.\n\n"
        + table(("MoPI group", "what", "first review after", "then"), rows)
        + f"\nThe audit trail is kept for {years} years, longer while it is on hold.\n"
    )


def _security() -> str:
    rows = {row.id: row for row in read()}
    held = [(r.id, r.what, r.state) for r in (rows[key] for key in SECURITY)]
    sensitive = sum(d.sensitive for d in catalogue.CATALOGUE.values())
    return (
        f"{len(catalogue.CATALOGUE)} permissions make up the roles; {sensitive} of them are "
        "sensitive: giving one needs a second administrator. The threats and what stands against "
        "each are listed in [security.md](../security.md).\n\n"
        + table(("row", "measure", "state"), held)
    )
