"""Every permission as an administrator reads it: group, sentence, and whether it is sensitive.

A sensitive permission makes every role that holds it sensitive: giving that role, or adding the
permission to a role, needs a second administrator (services and `four_eyes`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wmp_search.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Described:
    """What a permission lets somebody do, in one sentence for an administrator."""

    permission: Permission
    group: str
    sentence: str
    sensitive: bool

    @property
    def label(self) -> str:
        return str(self.permission.label)


PEOPLE, RECORDS, OVERSIGHT, RUNNING = (
    "People, crimes and gangs",
    "Protected people and records",
    "Oversight of officers",
    "Running the system",
)
GROUPS = (PEOPLE, RECORDS, OVERSIGHT, RUNNING)
_P = Permission
_ROWS: tuple[tuple[Permission, str, bool, str], ...] = (
    (
        _P.PERSON_SEARCH,
        PEOPLE,
        False,
        "Finds people by name, date of birth, address or number, and sees a line about each.",
    ),
    (
        _P.PERSON_VIEW,
        PEOPLE,
        False,
        "Opens the page that brings together what the systems hold about one person.",
    ),
    (
        _P.PERSON_SEARCH_WIDE,
        PEOPLE,
        True,
        "Finds people by as little as a letter or two digits, a limited number of times an hour.",
    ),
    (
        _P.PERSON_SEARCH_BATCH,
        PEOPLE,
        True,
        "Finds everybody on a list of people, as many in a day as the role allows.",
    ),
    (
        _P.PERSON_WATCH,
        PEOPLE,
        False,
        "Is told when new evidence arrives about a person or a search, until it expires.",
    ),
    (
        _P.SEARCH_CERTIFY,
        PEOPLE,
        False,
        "States for disclosure that a search at this moment found nobody.",
    ),
    (_P.CRIME_VIEW, PEOPLE, False, "Finds crimes and sees who is recorded in them and how."),
    (
        _P.CRIME_EXACT_PLACE,
        PEOPLE,
        False,
        "Finds crimes by their exact place and in small hexagons; others by a place within 200 m.",
    ),
    (_P.GANG_VIEW, PEOPLE, False, "Lists gangs and sees who is recorded as a member."),
    (
        _P.GANG_VIEW_HARMED,
        RECORDS,
        True,
        "Sees whom gangs exploit or put at risk; a list apart from that of members.",
    ),
    (
        _P.SAFEGUARD,
        RECORDS,
        True,
        "Sees people whom gangs harm and for whom something is to be done; keeps what was done.",
    ),
    (
        _P.GANG_KEEP,
        RECORDS,
        True,
        "Proposes memberships with evidence, reviews and ends them; cannot authorise the own.",
    ),
    (
        _P.GANG_AUTHORISE,
        RECORDS,
        True,
        "Decides on memberships that somebody else of the own unit proposed.",
    ),
    (
        _P.GANG_BRIEF,
        RECORDS,
        True,
        "Makes one page about a gang for one colleague; a disclosure of everybody on it.",
    ),
    (
        _P.GANG_HISTORY,
        RECORDS,
        True,
        "Sees every membership a person ever had here, who authorised it and who was told.",
    ),
    (
        _P.REPORT_VIEW,
        PEOPLE,
        False,
        "Opens reports that are shared with the role or unit, and sees the own answer to them.",
    ),
    (_P.REPORT_BUILD, PEOPLE, False, "Counts what the other permissions open, and saves it."),
    (
        _P.REPORT_SHARE,
        PEOPLE,
        False,
        "Shares the questions of reports with roles and units, and has them made regularly.",
    ),
    (
        _P.REPORT_RELEASE,
        PEOPLE,
        True,
        "Takes rounded figures of declared areas and whole months out of the force.",
    ),
    (
        _P.INTELLIGENCE_SEARCH,
        PEOPLE,
        True,
        "Finds items of intelligence by their words, a person, a gang or a place, graded.",
    ),
    (
        _P.NETWORK_VIEW,
        PEOPLE,
        True,
        "Follows from person to person what records link them with, and asks what connects two.",
    ),
    (
        _P.NETWORK_ANALYSE,
        PEOPLE,
        True,
        "Sees clusters and positions in a chart, each only where it holds when links are missing.",
    ),
    (
        _P.NETWORK_CURATE,
        PEOPLE,
        False,
        "Says that an address, phone or vehicle connects nobody, or is never to be shown.",
    ),
    (
        _P.MATCH_REVIEW,
        PEOPLE,
        True,
        "Joins and parts people by hand; what matters most needs a second person.",
    ),
    (
        _P.BREAK_GLASS_USE,
        PEOPLE,
        False,
        "In a threat to life opens restricted people for 15 minutes; owners are told at once.",
    ),
    (
        _P.PERSON_VIEW_RESTRICTED,
        RECORDS,
        True,
        "Sees what restricted systems, such as domestic abuse, hold about a person.",
    ),
    (
        _P.PERSON_VIEW_MASKED,
        RECORDS,
        True,
        "Unmasks victims of sexual offences and others whose identity is protected by law.",
    ),
    (
        _P.RECORD_VIEW_RAW,
        RECORDS,
        True,
        "Reads a record with every field, just as the system of origin delivered it.",
    ),
    (
        _P.RESTRICTION_MANAGE,
        RECORDS,
        True,
        "Closes a person to everybody but named people or units, and opens one again.",
    ),
    (
        _P.RETENTION_MANAGE,
        RECORDS,
        True,
        "Decides whether records are kept; two such people together dispose of them.",
    ),
    (
        _P.EXTRACT_ASK,
        RECORDS,
        True,
        "Asks for a table of people without names, and takes it once another person approved.",
    ),
    (
        _P.EXTRACT_APPROVE,
        RECORDS,
        True,
        "Decides whether a pseudonymised extract is made; never on the own question.",
    ),
    (
        _P.MATERIAL_LIST,
        RECORDS,
        True,
        "Lists what is held about a crime and its people, by reference, for a prosecution.",
    ),
    (
        _P.MATERIAL_LIST_SENSITIVE,
        RECORDS,
        True,
        "Makes the list of intelligence and protected material that goes to the prosecutor alone.",
    ),
    (
        _P.AUDIT_VIEW_UNIT,
        OVERSIGHT,
        True,
        "Reads what officers of the own unit searched, saw and why; never the own activity.",
    ),
    (_P.AUDIT_VIEW_ALL, OVERSIGHT, True, "Reads what everybody searched, saw and why."),
    (_P.AUDIT_EXPORT, OVERSIGHT, True, "Takes part of the audit trail out of the system."),
    (_P.AUDIT_HOLD, OVERSIGHT, True, "Stops audit events from expiring, for an investigation."),
    (
        _P.REVIEW_UNIT,
        OVERSIGHT,
        True,
        "Decides whether sampled searches and emergency access of the own unit were justified.",
    ),
    (
        _P.MISUSE_VIEW,
        OVERSIGHT,
        True,
        "Sees alerts about possible misuse and works on cases: professional standards only.",
    ),
    (
        _P.BREACH_MANAGE,
        OVERSIGHT,
        True,
        "Records breaches and who is told, and sees which officers looked at whom it concerns.",
    ),
    (
        _P.ACCESS_REVIEW,
        OVERSIGHT,
        False,
        "Says once a year which officers of the own unit keep their roles; can only withdraw.",
    ),
    (
        _P.PURPOSE_SUBJECT_ACCESS,
        RUNNING,
        True,
        "May give “Subject access request” as the purpose of a search.",
    ),
    (
        _P.PRACTICE_ONLY,
        RUNNING,
        False,
        "Takes away: whoever holds it looks for training only, whatever other roles allow.",
    ),
    (_P.ROLE_MANAGE, RUNNING, True, "Opens accounts, makes roles and gives them to officers."),
    (
        _P.FEED_MANAGE,
        RUNNING,
        True,
        "Lets a delivery with too many bad rows in or keeps it out; sees counts, no people.",
    ),
    (
        _P.SOURCE_MANAGE,
        RUNNING,
        True,
        "Maps a new system from a sample of its rows; approves what another has mapped.",
    ),
    (
        _P.FEEDBACK_ANSWER,
        RUNNING,
        False,
        "Reads what people say about the product and how it is used, as numbers; answers them.",
    ),
    (
        _P.GANG_GOVERN,
        OVERSIGHT,
        False,
        "Sees counts of memberships, reviews and refusals; small numbers and people are hidden.",
    ),
    (
        _P.TREND_MANAGE,
        RUNNING,
        False,
        "Says from which day crime is counted otherwise, so that trends are read with care.",
    ),
    (_P.QUALITY_VIEW, RUNNING, False, "Sees counts and rates of loading and matching; no people."),
)
CATALOGUE: dict[Permission, Described] = {
    permission: Described(permission, group, sentence, sensitive)
    for permission, group, sensitive, sentence in _ROWS
}


def described(value: str) -> Described | None:
    """The permission behind a stored value; None for one that the product no longer has.

    A permission that nobody described counts as sensitive.
    """
    if value not in Permission.values:
        return None
    permission = Permission(value)
    return CATALOGUE.get(permission) or Described(
        permission, RUNNING, f"{permission.label}.", sensitive=True
    )


def in_order(values: Iterable[str]) -> list[Described]:
    """The described permissions among `values`, in the order of the catalogue."""
    held = set(values)
    return [d for d in (described(p.value) for p in everything()) if d and d.permission in held]


def everything() -> list[Permission]:
    """All permissions, described ones first, in the order of the page."""
    return [*CATALOGUE, *(p for p in Permission if p not in CATALOGUE)]


def sensitive(values: Iterable[str]) -> list[Described]:
    """The sensitive ones among `values`, in order."""
    return [d for d in in_order(values) if d.sensitive]


def grouped(values: Iterable[str]) -> Iterator[tuple[str, list[Described]]]:
    """The permissions among `values` under the headings of the page; empty groups are left out."""
    found = in_order(values)
    for group in GROUPS:
        if members := [d for d in found if d.group == group]:
            yield group, members
