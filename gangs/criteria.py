"""The rule engine of memberships (policing.md F1, F3): declared criteria, and the brake.

`judge` says everything that is wrong with what is proposed; nothing wrong: an empty tuple. It
knows no database. The brake is the part of it that stops guilt by association: what is offered is
family, address, music, likes, or somebody's having been harmed, and nothing that counts.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from people.summary import HARMED_ROLES

FILE = Path(__file__).with_name("criteria.toml")
CONTEXT = "context"
COURT = "court"
HARMED = frozenset({"exploited", "at_risk"})
SOURCES, ASSESSMENTS, HANDLINGS = "123", "ABCDE", "PC"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as declared. `harmed`: of people who are harmed, not of members."""

    code: str
    words: str
    sort: str
    roles: frozenset[str] = frozenset()
    harmed: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts at all; context never does."""
        return self.sort != CONTEXT

    def fits(self, status: str) -> bool:
        """Whether it may be named for this status: context may for every one."""
        return not self.counts or self.harmed == (status in HARMED)


@dataclass(frozen=True, slots=True)
class Need:
    """What one status needs."""

    criteria: int
    sorts: int
    independent: int
    least_source: int
    least_assessment: str
    court_alone: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The file as a whole."""

    version: str
    months: int
    evidence_months: int
    criteria: Mapping[str, Criterion]
    needs: Mapping[str, Need]
    refused_words: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A record as evidence for a criterion: in which roles the person is in it, of which day, and
    its 3x5x2 grade: 1-3, A-E, P or C.

    `event`: what makes two records one piece of evidence (the same event in any system).
    """

    record_id: int
    criterion: str
    roles: tuple[str, ...]
    event: str
    on: date
    source: str
    assessment: str
    handling: str = "P"


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody proposes about a person, as the rules see it.

    `is_child`: None where no date of birth is known.
    """

    status: str
    evidence: tuple[Cited, ...]
    rationale: str
    is_child: bool | None
    on: date


@dataclass(frozen=True, slots=True)
class Fault:
    """Why it is refused. `rule` is counted; `brake`: it was guilt by association."""

    rule: str
    words: str
    brake: bool = False


@cache
def rules() -> Rules:
    """The declared rules. Read once; a file that does not fit stops the start."""
    return parse(tomllib.loads(FILE.read_text()))


def parse(given: Mapping[str, object]) -> Rules:
    """The rules of a parsed file. Raises KeyError, TypeError, ValueError where it does not fit."""
    data: dict[str, object] = dict(given)
    criteria = [_criterion(row) for row in _rows(data["criterion"])]
    needs = {str(row.pop("code")): Need(**row) for row in _rows(data["status"])}  # type: ignore[arg-type]
    words = data["words"]
    if not isinstance(words, dict) or len({c.code for c in criteria}) != len(criteria):
        raise ValueError("words are a table, and no criterion stands twice")
    return Rules(
        version=str(data["version"]),
        months=int(str(data["months"])),
        evidence_months=int(str(data["evidence_months"])),
        criteria={c.code: c for c in criteria},
        needs=needs,
        refused_words=tuple(words["refused"]),
        instead=str(words["instead"]),
    )


def judge(offered: Offered, known: Rules | None = None) -> tuple[Fault, ...]:
    """Everything that is wrong with it, the brake first."""
    known = known or rules()
    need = known.needs.get(offered.status)
    if need is None:
        return (Fault("status", "Choose what the person is to be kept as"),)
    faults = [*_brake(offered, known), *_words(offered, known)]
    if not offered.rationale.strip():
        faults.append(Fault("rationale", "Say why, in your own words"))
    if not any(fault.brake for fault in faults):
        faults += _met(offered, need, known)
    return tuple(faults)


def counting(offered: Offered, known: Rules) -> list[Cited]:
    """The evidence that counts: of a criterion of this status, recent, graded well enough, and
    with the person in a role that the criterion is about.
    """
    need, found = known.needs[offered.status], []
    for cited in offered.evidence:
        criterion = known.criteria.get(cited.criterion)
        if criterion is None or not criterion.counts or not criterion.fits(offered.status):
            continue
        is_role = not criterion.roles.isdisjoint(cited.roles) if criterion.roles else True
        if offered.status not in HARMED and _only_harmed(cited):
            is_role = False  # who was harmed in it is nobody's member by it (C1)
        if is_role and _is_recent(cited, offered, known) and _is_graded(cited, need):
            found.append(cited)
    return found


def unfit_words(text: str, known: Rules | None = None) -> list[str]:
    """Words in a text that blame who is harmed or make a member of them."""
    lower = text.lower()
    return [word for word in (known or rules()).refused_words if word in lower]


def _brake(offered: Offered, known: Rules) -> list[Fault]:
    """Guilt by association: only context, only as somebody harmed, or a child."""
    if offered.status in HARMED:
        return []
    found = []
    if offered.is_child is None:
        words = "No date of birth is known, so it may be a child. Find it out first"
        found.append(Fault("child", words, brake=True))
    elif offered.is_child:
        words = (
            "Under 18: never a member or an associate. Ask safeguarding whether they are harmed"
        )
        found.append(Fault("child", words, brake=True))
    if offered.evidence and all(_only_harmed(cited) for cited in offered.evidence):
        words = "They were harmed or a witness in everything cited. That makes nobody a member"
        found.append(Fault("victim", words, brake=True))
    named = [
        known.criteria[c.criterion] for c in offered.evidence if c.criterion in known.criteria
    ]
    if named and not any(criterion.counts for criterion in named):
        first = named[0]
        words = f"“{first.words}” alone makes nobody a member. Cite something that counts"
        found.append(Fault(first.code, words, brake=True))
    return found


def _only_harmed(cited: Cited) -> bool:
    return bool(cited.roles) and HARMED_ROLES.issuperset(cited.roles)


def _words(offered: Offered, known: Rules) -> list[Fault]:
    if offered.status not in HARMED:
        return []
    unfit = unfit_words(offered.rationale, known)
    said = f"Write it without “{'”, “'.join(unfit)}”. {known.instead}"
    return [Fault("words", said)] if unfit else []


def _met(offered: Offered, need: Need, known: Rules) -> list[Fault]:
    counted = counting(offered, known)
    met = {cited.criterion for cited in counted}
    sorts = {known.criteria[code].sort for code in met}
    if need.court_alone and COURT in sorts:
        return []
    found = []
    if len(met) < need.criteria:
        found.append(Fault("criteria", _short("criteria", need.criteria, len(met))))
    elif len(sorts) < need.sorts:
        found.append(Fault("sorts", _short("kinds of evidence", need.sorts, len(sorts))))
    events = len({cited.event for cited in counted})
    if events < need.independent:
        words = _short("pieces of evidence from different events", need.independent, events)
        found.append(Fault("single_source", words))
    return found


def _short(what: str, needed: int, met: int) -> str:
    return (
        f"This status needs {needed} {what} that count, graded well enough and no older than two "
        f"years. What you cite has {met}"
    )


def _is_recent(cited: Cited, offered: Offered, known: Rules) -> bool:
    months = (offered.on.year - cited.on.year) * 12 + offered.on.month - cited.on.month
    return cited.on <= offered.on and months <= known.evidence_months


def _is_graded(cited: Cited, need: Need) -> bool:
    if cited.source not in tuple(SOURCES) or cited.assessment not in tuple(ASSESSMENTS):
        return False
    good = int(cited.source) <= need.least_source
    return good and cited.assessment <= need.least_assessment


def _rows(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError("a list of tables is expected")
    return [dict(row) for row in value]


def _criterion(row: Mapping[str, object]) -> Criterion:
    roles = row.get("roles", ())
    if not isinstance(roles, Collection):
        raise TypeError("roles is a list")
    return Criterion(
        code=str(row["code"]),
        words=str(row["words"]),
        sort=str(row["sort"]),
        roles=frozenset(str(role) for role in roles),
        harmed=bool(row.get("harmed", False)),
    )
