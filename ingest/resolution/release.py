"""Which model decides, and whether it may decide at all (policing.md G8, G10). All is recorded."""

from dataclasses import asdict

from django.db import transaction

from audit import record
from audit.actions import Action
from ingest.models import LinkingSwitch, ModelRelease
from ingest.resolution import gate, model, workspace


class RefusedError(Exception):
    """The gate did not let the model pass; the earlier one stays in use."""

    def __init__(self, failed: list[str]) -> None:
        super().__init__("; ".join(failed))
        self.failed = failed


def current() -> str:
    """The version in use: the last one released, else the one shipped first."""
    last = ModelRelease.objects.order_by("id").last()
    return last.version if last else model.SHIPPED


def release(version: str, reason: str) -> gate.Judgement:
    """Put a model to use if it passes the gate. Raises RefusedError, FileNotFoundError."""
    candidate = model.load(version)
    with workspace.opened() as space:
        judgement = gate.judge(space, candidate)
    with transaction.atomic():
        if judgement.failed:
            _note(Action.MODEL_REFUSED, version, {"reason": reason, "failed": judgement.failed})
        else:
            ModelRelease.objects.create(
                version=version, reason=reason, judgement=asdict(judgement)
            )
            _note(Action.MODEL_RELEASED, version, {"reason": reason})
    if judgement.failed:
        raise RefusedError(judgement.failed)
    return judgement


def roll_back(reason: str) -> str:
    """Put the model before the one in use to use again, without a gate; return its version.

    Raises LookupError where there was none before.
    """
    now = current()
    earlier = [
        model.SHIPPED,
        *ModelRelease.objects.order_by("id").values_list("version", flat=True),
    ]
    before = next((v for v in reversed(earlier[: _last(earlier, now)]) if v != now), None)
    if before is None:
        raise LookupError(f"No model was in use before {now}")
    model.load(before)
    with transaction.atomic():
        ModelRelease.objects.create(version=before, reason=reason)
        _note(Action.MODEL_RELEASED, before, {"reason": reason, "instead_of": now})
    return before


def _last(versions: list[str], version: str) -> int:
    """The place where the version first came into use: those before it are older."""
    return versions.index(version)


def linking_is_on() -> bool:
    """Whether the model may link records."""
    last = LinkingSwitch.objects.order_by("id").last()
    return last.on if last else True


def switch(*, on: bool, reason: str) -> None:
    """Let the model link, or stop it: existing links stay, new records stay by themselves."""
    with transaction.atomic():
        LinkingSwitch.objects.create(on=on, reason=reason)
        _note(Action.LINKING_SWITCHED, current(), {"reason": reason, "on": on})


def _note(action: Action, version: str, detail: dict[str, object]) -> None:
    record.event(
        record.Entry(
            action=action,
            actor=record.SYSTEM,
            subject_kind="matching_model",
            subject_ids=[version],
            detail=detail,
        )
    )
