"""Why an officer looks: the value that every search and view carries."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Requester:
    """The officer for whom an operator looks (policing.md B4; collar number: POLE DS_070)."""

    name: str
    collar_number: str
    force: str
    station: str

    def __str__(self) -> str:
        return f"{self.name}, {self.collar_number}, {self.force}, {self.station}"


@dataclass(frozen=True, slots=True)
class Purpose:
    """code: one of the force's list; reference: crime, incident or task number, or the reason.

    `requester` is somebody else for whom the signed-in officer looks.
    """

    code: str
    reference: str
    requester: Requester | None = None

    @property
    def particulars(self) -> dict[str, Any]:
        """What an audit event's detail says about the purpose beside code and reference."""
        if self.requester is None:
            return {}
        who = self.requester
        return {
            "requested_by": {
                "name": who.name,
                "collar_number": who.collar_number,
                "force": who.force,
                "station": who.station,
            }
        }


class PurposeError(ValueError):
    """The purpose is missing or not good enough; the text says what to give.

    `field`: the part that is wrong, "code" or "reference".
    """

    def __init__(self, message: str, field: str = "reference") -> None:
        super().__init__(message)
        self.field = field
