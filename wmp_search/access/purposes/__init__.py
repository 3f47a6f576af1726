"""Why an officer looks, what that opens, and when it is asked again (docs/guides/purposes.md).

The package is the namespace: `purposes.parse`, `purposes.narrow`, `purposes.covers_victims`.
"""

from wmp_search.access.purposes.codes import (
    TRAINING,
    choices,
    covers_victims,
    current,
    everything,
    forget,
    is_listed,
    label,
    labels,
    may_give,
    narrow,
)
from wmp_search.access.purposes.references import MIN_REASON_LENGTH, is_reference, parse
from wmp_search.access.purposes.value import Purpose, PurposeError, Requester

__all__ = [
    "MIN_REASON_LENGTH",
    "TRAINING",
    "Purpose",
    "PurposeError",
    "Requester",
    "choices",
    "covers_victims",
    "current",
    "everything",
    "forget",
    "is_listed",
    "is_reference",
    "label",
    "labels",
    "may_give",
    "narrow",
    "parse",
]
