"""Evidence for the equality duty (Equality Act 2010 s.149): known, not known, done to find out."""

import tomllib
from collections.abc import Iterator

from ingest.resolution import gate, working_set
from wmp_search.governance.declared import load
from wmp_search.governance.markdown import GENERATED, bullets, table


def render() -> str:
    """The whole document."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield f"# Evidence of equality impact\n\n{GENERATED}\n"
    yield (
        "A public authority must find out whether what it uses treats groups differently "
        "(*Bridges* [2020] EWCA Civ 1058, paragraphs 181 and 201). This page says what is known, "
        "what is not, and what was done to find out. Not reading a characteristic proves nothing: "
        "measured is what counts, and so far it is measured on generated people only.\n"
    )
    head = ("characteristic", "known", "not known", "done to find out")
    rows = [(c["id"], c["known"], c["unknown"], c["done"]) for c in load()["characteristic"]]
    yield table(head, rows)
    yield "## What matching reads\n"
    yield "Each field that is compared; nothing else of a record takes part.\n"
    yield bullets(f"`{name}`" for name in working_set.MATCHING)
    yield "## The gate that a matching model must pass\n"
    yield _gate()


def _gate() -> str:
    limits = tomllib.loads(gate.LIMITS.read_text(encoding="utf-8"))
    gaps = ", ".join(f"{name} {value:g}" for name, value in limits["gap"].items())
    apart = limits["apart"]
    floors = ", ".join(f"{name} {value:g}" for name, value in limits["at_least"].items())
    return (
        f"Before it may decide about anybody a model resolves {limits['people']:,} generated "
        f"people whom it was not trained on. Of all it must reach at least: {floors}. In each of "
        f"these groups it may lie below everybody by no more than: {gaps}.\n\n"
        + bullets(gate.GROUPS)
        + "\nOf every tradition of name, self-defined ethnicity, sex and age band with "
        f"{apart['least']} people or more, the share of people missed may lie above everybody's "
        f"by {apart['missed']:g} points per cent, of people confused with somebody else by "
        f"{apart['confused']:g}; a model is stopped where the low end of the group's 95 per cent "
        "interval lies beyond. The force has not confirmed these limits. The panel's page shows "
        "every rate.\n"
    )
