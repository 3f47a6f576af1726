"""Start-up checks: without a signing key and a second place nothing that is recorded is sealed."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from audit import keys, places, signing


@register(Tags.security)
def can_seal(**_: Any) -> list[CheckMessage]:
    """The key can be read and the second place's address makes sense."""
    try:
        signing.key()
        signing.trusted()
        places.place()
    except (keys.UnusableKeyError, places.PlaceError, OSError) as error:
        hint = "Set AUDIT_SIGNING_KEY_FILE and AUDIT_CHECKPOINTS as docs/guides/run.md says"
        return [Error(str(error), hint=hint, id="audit.E001")]
    return []
