"""The algorithmic transparency record, in the structure of ATRS v3.0 (tier 1 and tier 2)."""

from collections.abc import Iterator

from ingest.resolution import model
from wmp_search.governance.declared import load, said
from wmp_search.governance.markdown import GENERATED, bullets, table
from wmp_search.governance.processing import sources


def render() -> str:
    """The whole document."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    about, force = load()["transparency"], load()["force"]
    yield f"# Algorithmic transparency record\n\n{GENERATED}\n"
    yield (
        "In the structure of the Algorithmic Transparency Recording Standard, version 3.0. The "
        "standard binds central government; a police force follows it by choice.\n"
    )
    yield "## Tier 1\n"
    yield _pairs(
        ("Name", about["name"]),
        ("Description", about["description"]),
        ("Website", about["website"]),
        ("Contact", force["contact"]),
        ("Organisation", force["controller"]),
        ("Phase", about["phase"]),
        ("Why it is used", about["why"]),
    )
    yield "## Tier 2\n\n### 1. Owner and responsibility\n"
    yield _pairs(
        ("Senior responsible owner", force["senior_responsible_owner"]),
        ("Supplier", about["supplier"]),
    )
    yield "### 2. Description and rationale\n"
    yield _pairs(
        ("Before", about["previous"]),
        ("Benefits", about["benefits"]),
        ("Alternatives considered", about["alternatives"]),
    )
    yield "It never:\n\n" + bullets(about["never"])
    yield "### 3. Decision-making process\n"
    yield _pairs(
        ("Place in the process", about["integration"]),
        ("Frequency and scale", about["scale"]),
        ("Human decisions and review", _review()),
        ("Required training", about["training"]),
        ("Appeals and review", about["appeals"]),
    )
    yield "### 4. Tool specification and data\n"
    yield _tool()
    yield "### 5. Risks, mitigations and impact assessments\n"
    yield (
        "[Data protection impact assessment](dpia.md), with its register of "
        f"{len(load()['risk'])} risks; [evidence of equality impact](equality-impact.md); "
        "[law and standards](../compliance.md), with every gap.\n"
    )


def _pairs(*pairs: tuple[str, str]) -> str:
    return table(("", ""), [(title, said(words)) for title, words in pairs])


def _review() -> str:
    return (
        "People decide on matches that are in doubt, with the evidence for and against; merges of "
        "high impact need a second person; a decision binds every later run and can be undone."
    )


def _tool() -> str:
    found = model.load()
    trained = ", ".join(f"{key}: {value}" for key, value in sorted(found.trained_on.items()))
    limits = found.thresholds
    systems = ", ".join(source.title for source in sources())
    method = (
        "Records are compared by a Fellegi-Sunter model (Splink): each field adds or takes away "
        "weight, and the sum decides. Search ranks by how the typed words relate to recorded "
        "names; each result says how."
    )
    thresholds = (
        f"joined from {limits.join:g} bits, a thin record attached from {limits.attach:g} with a "
        f"margin of {limits.margin:g}; the page of matching shows the model in use now"
    )
    return _pairs(
        ("Method", method),
        ("Model that ships", f"`ingest/resolution/models/{found.version}.md`"),
        ("Trained on", f"generated people, no real ones ({trained})"),
        ("Thresholds", thresholds),
        ("Data", f"what these systems deliver: {systems}"),
        ("Not used", "ethnicity, religion, nationality, origin, photographs, social media"),
    )
