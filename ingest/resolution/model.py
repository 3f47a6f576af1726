"""The matching model: a versioned file, trained apart, that prediction only reads.

`models/<version>.json`: version, trained_on (what the training saw), thresholds, and splink (the
settings with m and u of every level). release.py says which version is in use.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MODELS = Path(__file__).parent / "models"
SHIPPED = "0003"  # in use until another is released

# True pairs per record that the prior supposes: λ = this / records. Fixed, so that a set of a
# thousand and one of ten million are judged by the same evidence at their own odds.
PAIRS_PER_RECORD = 10


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Decisions of clustering, in bits of match weight unless said."""

    join: float = 4.5  # two anchors are one person
    attach: float = 3.0  # a sparse node joins a person ...
    margin: float = 2.0  # ... if it beats the next person by this
    support: float = 8.0  # sparse nodes speak for each other only this strongly
    rounds: int = 3  # of attaching
    size_cap: int = 64  # records of a person beyond which the size prior stops growing
    far_addresses: float = 1.5  # penalty per further record of two nodes that share no place
    twin: float = 16.0  # penalty: same surname and birth, clearly different given names
    kin: float = 16.0  # penalty: same surname and home or phone, other birth or given name
    namesakes: float = 8.0  # penalty: other birth or other surname, and nothing else in common
    seed_records: int = 3  # attestations that make a value a seed of its own ...
    seed_share: float = 0.08  # ... and its share of the component's records

    @property
    def lowest(self) -> float:
        """The match weight from which an edge is kept."""
        return min(self.attach, self.join)


@dataclass(frozen=True, slots=True)
class MatchModel:
    """A trained model; `splink` are complete settings for a Linker."""

    version: str
    splink: dict[str, Any]
    trained_on: dict[str, Any] = field(default_factory=dict)
    thresholds: Thresholds = Thresholds()

    def settings_for(self, records: int) -> dict[str, Any]:
        """Splink's settings with the prior of a set of that many records."""
        prior = min(0.01, PAIRS_PER_RECORD / max(records, 1))
        return {**self.splink, "probability_two_random_records_match": prior}


def load(version: str = SHIPPED) -> MatchModel:
    """The model of that version. Raises FileNotFoundError."""
    path = MODELS / f"{version}.json"
    if not path.is_file():
        raise FileNotFoundError(f"There is no matching model {version}: `manage.py train_model`")
    content = json.loads(path.read_text(encoding="utf-8"))
    return MatchModel(
        version=content["version"],
        splink=content["splink"],
        trained_on=content["trained_on"],
        thresholds=Thresholds(**content["thresholds"]),
    )


def save(model: MatchModel, folder: Path = MODELS) -> Path:
    """Write the model as `<version>.json`; return the path."""
    path = folder / f"{model.version}.json"
    path.write_text(json.dumps(asdict(model), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path
