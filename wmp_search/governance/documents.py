"""Every generated document: its path below the project → what writes it."""

from collections.abc import Callable
from pathlib import Path

from wmp_search.governance import (
    compliance,
    dictionary,
    dpia,
    equality,
    policy,
    processing,
    transparency,
)

DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/compliance.md": compliance.render,
    "docs/governance/record-of-processing.md": processing.render,
    "docs/governance/dpia.md": dpia.render,
    "docs/governance/equality-impact.md": equality.render,
    "docs/governance/appropriate-policy.md": policy.render,
    "docs/governance/transparency-record.md": transparency.render,
    "docs/governance/data-dictionary.md": dictionary.render,
}


def write(root: Path) -> list[str]:
    """Write what differs; returns the paths written."""
    changed = stale(root)
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(DOCUMENTS[path](), encoding="utf-8")
    return changed


def stale(root: Path) -> list[str]:
    """The documents that are missing or are not what the code says."""
    return [path for path, render in DOCUMENTS.items() if _content(root / path) != render()]


def _content(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None
