"""The rule engine of memberships (policing.md F1, F3): declared criteria, and the brake.

`judge` says everything that is wrong with what is proposed; nothing wrong: an empty tuple. It
knows no database. The brake is the part of it that stops guilt by association: what is offered is
family, address, music, likes, or somebody's having been harmed, and nothing that counts.
"""

from dataclasses import dataclass
from datetime import date

from gangs.declared import COURT, HARMED, Need, Rules, rules
from people.summary import HARMED_ROLES

SOURCES, ASSESSMENTS, HANDLINGS = "123", "ABCDE", "PC"


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
