"""The life of a source that is mapped on the pages: begun, changed, sent, decided, stopped.

Each step is audited in its transaction. The author maps; somebody else decides; the sample goes
with the decision.
"""

import hashlib
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from ingest import registry
from ingest.errors import SpecError
from ingest.mapping import dry_run
from ingest.models import SourceDraft, SourceSample
from ingest.newsource.draft import Wanted, draft
from ingest.spec import Source, parse
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest

State = SourceDraft.State
UNTOUCHED = timedelta(hours=24)  # then a mapping counts as abandoned
UNDECIDED = timedelta(days=7)  # then what waits does
# lines of a proposed file that every proposal has: choices, not doubts
_STANDING = frozenset(
    {"tier", "trust", "retention_class", "schedule", "delivery", "kind", "path", "key"}
    | {"event_kind", "role"}
)


class NotPossibleError(Exception):
    """The step cannot be taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A sample as it was sent, and what its sender says of it."""

    name: str
    content: bytes
    wanted: Wanted


def seen_by(officer_id: int | None) -> QuerySet[SourceDraft]:
    """One's own, and those of others once they wait or are decided."""
    open_to_all = ~Q(state__in=(State.DRAFT, State.ABANDONED))
    return SourceDraft.objects.filter(Q(author=officer_id) | open_to_all)


def begin(request: AccessRequest, upload: Upload) -> SourceDraft:
    """Guess a source file from the sample; what the guess lacks, its trial says.

    Raises DeliveryError for a file that cannot be read, NotPossibleError for a name that is taken.
    """
    with _as_file(upload.name, upload.content) as path:
        proposed = draft(str(path), upload.wanted)
        trial = _tried(proposed.toml, path)
    _name_is_free(proposed.system)
    with transaction.atomic():
        made = SourceDraft.objects.create(
            system=proposed.system,
            toml=proposed.toml,
            notes=doubts(proposed.toml),
            trial=trial.as_json(),
            author_id=request.scope.officer_id,
        )
        SourceSample.objects.create(draft=made, name=path.name, content=upload.content)
        size = {"bytes": len(upload.content), "sha256": hashlib.sha256(upload.content).hexdigest()}
        _record(request, made, "began", size)
    return made


def change(request: AccessRequest, pk: Any, toml: str) -> SourceDraft:
    """Put another source file in the place of the draft's, and try it.

    Raises SpecError naming stream, key and remedy; NotPossibleError.
    """
    with transaction.atomic():
        found = _own(request, pk, State.DRAFT)
        source = parse(toml.encode(), "The source file")
        if source.system != found.system:
            raise SpecError(f'system: it must stay "{found.system}"; begin another source else')
        if any(stream.format == "database" for stream in source.streams):
            # it would be asked, from this server and with any statement, before anybody approves
            raise SpecError(
                "format: these pages take files. Operations add a database, as a source file"
            )
        with sample_file(found) as path:
            found.trial = dry_run.run(source, path).as_json()
        found.toml = toml
        found.save()
        _record(request, found, "mapped", {"trial": _counts(found)})
    return found


def send(request: AccessRequest, pk: Any) -> SourceDraft:
    """Ask a second person to approve."""
    with transaction.atomic():
        found = _own(request, pk, State.DRAFT)
        if found.trial.get("error") or not found.trial.get("good"):
            raise NotPossibleError(
                "No row of the sample would be loaded. Correct the mapping first"
            )
        _name_is_free(found.system)
        found.state = State.WAITING
        found.save()
        _record(request, found, "sent", {"trial": _counts(found)})
    return found


def drop(request: AccessRequest, pk: Any) -> SourceDraft:
    """The author gives up; the sample goes."""
    with transaction.atomic():
        found = _own(request, pk, State.DRAFT, State.WAITING)
        _close(found, State.ABANDONED)
        _record(request, found, "abandoned", {})
    return found


def decide(request: AccessRequest, pk: Any, *, approve: bool, reason: str) -> SourceDraft:
    """The second person's decision. What is approved is loaded from now on."""
    try:
        return _decided(request, pk, approve=approve, reason=reason)
    except IntegrityError as error:
        raise NotPossibleError("A source of this name was approved at the same moment") from error


def _decided(request: AccessRequest, pk: Any, *, approve: bool, reason: str) -> SourceDraft:
    with transaction.atomic():
        found = _locked(pk, State.WAITING)
        if found.author_id == request.scope.officer_id:
            raise NotPossibleError("You mapped this source yourself. Somebody else decides on it")
        if approve:
            _name_is_free(found.system)
        found.decided_by_id, found.decided_at = request.scope.officer_id, timezone.now()
        found.reason = reason
        _close(found, State.APPROVED if approve else State.REFUSED)
        _record(request, found, "approved" if approve else "refused", {"reason": reason})
    transaction.on_commit(registry.forget)
    return found


def stop(request: AccessRequest, pk: Any, reason: str) -> SourceDraft:
    """Load an approved source no longer; what it brought stays until `remove_source`."""
    with transaction.atomic():
        found = _locked(pk, State.APPROVED)
        found.reason = reason
        _close(found, State.STOPPED)
        _record(request, found, "stopped", {"reason": reason})
    transaction.on_commit(registry.forget)
    return found


def forget_samples() -> int:
    """Abandon what nobody has touched or decided on for long; returns how many. For beat."""
    now = timezone.now()
    late = Q(state=State.DRAFT, changed_at__lt=now - UNTOUCHED)
    late |= Q(state=State.WAITING, changed_at__lt=now - UNDECIDED)
    with transaction.atomic():
        found = list(SourceDraft.objects.select_for_update().filter(late))
        for one in found:
            _close(one, State.ABANDONED)
            door.event(
                door.Entry(
                    action=Action.SOURCE_CHANGED,
                    actor=door.SYSTEM,
                    subject_kind="source",
                    subject_ids=[one.system],
                    detail={"step": "abandoned", "draft": str(one.pk), "why": "nobody went on"},
                )
            )
    return len(found)


@contextmanager
def sample_file(of: SourceDraft) -> Iterator[Path]:
    """The sample as a file that only this process may read, gone afterwards.

    Raises NotPossibleError where it is deleted already.
    """
    kept = SourceSample.objects.filter(draft=of).first()
    if kept is None:
        raise NotPossibleError("The sample has been deleted. Upload it again as a new source")
    with _as_file(kept.name, bytes(kept.content)) as path:
        yield path


def source_of(found: SourceDraft) -> Source:
    """The draft's source file as the loader reads it."""
    return parse(found.toml.encode(), "The source file")


def values_of(found: SourceDraft) -> dict[str, Any]:
    """The draft's source file as plain values."""
    return tomllib.loads(found.toml)


def doubts(toml: str) -> list[str]:
    """What a proposal marks CHECK beyond what every proposal does: "born_on: read as …"."""
    found = []
    for line in toml.splitlines():
        mapped = re.match(r"^(?:([a-z_]+) = .*  )?# CHECK (.+)$", line)
        if mapped and mapped[1] not in _STANDING:
            found.append(f"{mapped[1]}: {mapped[2]}" if mapped[1] else mapped[2])
    return found


def _tried(toml: str, path: Path) -> dry_run.Trial:
    try:
        return dry_run.run(parse(toml.encode(), "The guess"), path)
    except SpecError as error:
        return dry_run.Trial(error=f"{error}. Change the mapping")


@contextmanager
def _as_file(name: str, content: bytes) -> Iterator[Path]:
    """Messages name the file, so it keeps its name, as far as a name is harmless."""
    safe = re.sub(r"[^\w.-]+", "_", Path(name).name).lstrip(".")[-80:] or "sample"
    with tempfile.TemporaryDirectory(prefix="wmp-sample-") as folder:  # mode 700
        path = Path(folder) / safe
        path.write_bytes(content)
        yield path


def _name_is_free(system: str) -> None:
    registry.forget()
    if system in registry.sources():
        raise NotPossibleError(
            f"There is a source {system} already. Give another name, or stop that one first"
        )


def _own(request: AccessRequest, pk: Any, *states: State) -> SourceDraft:
    found = _locked(pk, *states)
    if found.author_id != request.scope.officer_id:
        raise NotPossibleError("Somebody else maps this source")
    return found


def _locked(pk: Any, *states: State) -> SourceDraft:
    found = SourceDraft.objects.select_for_update().get(pk=pk)
    if found.state not in states:
        raise NotPossibleError(f"Too late: {found.get_state_display()}")
    return found


def _close(found: SourceDraft, state: State) -> None:
    found.state = state
    found.save()
    SourceSample.objects.filter(draft=found).delete()


def _counts(found: SourceDraft) -> dict[str, Any]:
    return {k: found.trial.get(k) for k in ("read", "good", "bad", "skipped", "known")}


def _record(request: AccessRequest, found: SourceDraft, step: str, more: dict[str, Any]) -> None:
    """The file's hash stands in the trail: what was approved cannot be another file later."""
    version = hashlib.sha256(found.toml.encode()).hexdigest()
    trail.record(
        request,
        Action.SOURCE_CHANGED,
        subject_kind="source",
        subject_ids=[found.system],
        detail={"step": step, "draft": str(found.pk), "file_sha256": version, **more},
    )
