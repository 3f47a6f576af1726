"""Every source there is: the source files of the folders, and those approved on the pages."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from ingest.errors import SpecError
from ingest.models import SourceDraft
from ingest.spec import Source, load_specs, parse


def sources(extra: Sequence[Path] = ()) -> dict[str, Source]:
    """By system. Raises SpecError naming file, key and remedy.

    What was approved is read from the database once in `settings.SOURCES_KEPT_SECONDS` by each
    process.
    """
    found = load_specs([*settings.SOURCES_DIRS, *extra])
    for system, source in approved().items():
        if system in found:
            raise SpecError(
                f"{system}: there is a source file, and one approved on the page Feeds. Stop one"
            )
        found[system] = source
    return found


def titles() -> dict[str, str]:
    """System → title, of what was approved on the pages."""
    return {system: source.title for system, source in approved().items()}


def forget() -> None:
    """Read what is approved anew: something was approved or stopped."""
    global _kept  # noqa: PLW0603
    _kept = None


def remember_none() -> None:
    """Nothing is approved, as far as this process is concerned, until `forget`: for tests."""
    global _kept  # noqa: PLW0603
    _kept = (float("inf"), {})


def approved() -> dict[str, Source]:
    """What was approved on the pages, by system; kept as `sources` says."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is None or now - _kept[0] >= settings.SOURCES_KEPT_SECONDS:
        rows = SourceDraft.objects.filter(state=SourceDraft.State.APPROVED)
        texts = rows.order_by("system").values_list("system", "toml")
        _kept = (now, {s: parse(text.encode(), f"the approved source {s}") for s, text in texts})
    return _kept[1]


_kept: tuple[float, dict[str, Source]] | None = None
