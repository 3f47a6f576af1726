"""Golden people: what is known of each person whose records changed, with its provenance.

Every evidence row stands on records of its own tier: its dates and its rank come from the lowest
tier that attests the value, so that a viewer of open records sees nothing that restricted ones
shaped. All tables are made in DuckDB; `publish` writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.resolution import survivorship
from ingest.resolution.workspace import Workspace

DEFAULT_TRUST = 50  # of a system whose source file is gone


@dataclass(frozen=True, slots=True)
class Attribute:
    """How a kind of evidence is made: SQL over the table `said`.

    `said` selects id, person, tier, trust, seen_on and the named columns; `values` group it;
    `shown` are aggregates over the sayings of one value, each with a place for `{only}`.
    """

    table: str  # in PostgreSQL and DuckDB alike
    rule: str  # in survivorship.toml
    said: str
    values: Mapping[str, str]
    shown: Mapping[str, str]
    criteria: Mapping[str, str]
    rivals: str = "person"  # ranks run within these columns


_SAID = "id, person, tier, trust, seen_on"
_UNNESTED = (
    "select {said}, unnest(string_split({column}, chr(31))) as value, '{kind}' as kind from fresh"
)


def _tidy(column: str) -> str:
    """One display form of a value said in several casings: not all capitals if avoidable."""
    return (
        f"coalesce(min({column}) filter ({{only}} and {column} <> upper({column})), "
        f"min({column}) filter ({{only}}))"
    )


def _name_part(full: str, *, last: bool) -> str:
    words = f"list_filter(string_split({full}, ' '), lambda w: w <> '')"
    return f"{words}[-1]" if last else f"array_to_string({words}[:-2], ' ')"


NAME = Attribute(
    table="people_name",
    rule="name",
    said=f"""
        select {_SAID}, 'name' as kind, coalesce(trim(given_names), '') as given,
            coalesce(trim(surname), '') as family
        from fresh where given_names is not null or surname is not null
        union all
        select * exclude (full_name), coalesce({_name_part("full_name", last=False)}, ''),
            coalesce({_name_part("full_name", last=True)}, '')
        from (select {_SAID}, n.kind, n.full as full_name from (
            select *, unnest(from_json(names, '[{{"kind":"VARCHAR","full":"VARCHAR"}}]')) as n
            from fresh where names is not null))
        where full_name <> ''""",
    values={"kind": "kind", "key_given": "upper(given)", "key_family": "upper(family)"},
    shown={"given_names": _tidy("given"), "surname": _tidy("family")},
    criteria={
        "primary": "kind = 'name'",
        "complete": "(length(split_part(given_names, ' ', 1)) > 1)::int + (surname <> '')::int",
    },
)
BIRTH = Attribute(
    table="people_birthdate",
    rule="birth",
    said=f"""
        select {_SAID}, born_on, coalesce(born_precision, 'D') as precision, true as own
        from fresh where born_on is not null
        union all
        select {_SAID}, unnest(string_split(alias_births, chr(31)))::date, 'D', false
        from fresh where alias_births is not null""",
    values={"born_on": "born_on", "precision": "precision"},
    shown={"own": "bool_or(own) filter ({only})"},
    criteria={
        "primary": "own",
        "precise": "case when precision = 'D' then 3 - (strftime(born_on, '%m-%d') = '01-01')::int"
        " when precision = 'M' then 1 else 0 end",
    },
)
IDENTIFIER = Attribute(
    table="people_identifier",
    rule="identifier",
    said=f"select {_SAID}, pnc_id as value, 'pnc' as kind from fresh where pnc_id is not null"
    f" union all select {_SAID}, cro, 'cro' from fresh where cro is not null union all "
    + " union all ".join(
        _UNNESTED.format(said=_SAID, column=column, kind=kind) + f" where {column} is not null"
        for column, kind in (
            ("phones", "phone"),
            ("emails", "email"),
            ("vehicles", "vehicle"),
            ("other_ids", "other"),
        )
    ),
    values={"kind": "kind", "value": "value"},
    shown={},
    criteria={},
    rivals="person, kind",
)
ADDRESS = Attribute(
    table="people_address",
    rule="address",
    said=f"""
        select {_SAID}, coalesce(a.house, '') as house, coalesce(a.street, '') as street,
            coalesce(a.town, '') as town, upper(coalesce(a.postcode, '')) as postcode,
            try_cast(a."from" as date) as lived_from, try_cast(a."to" as date) as lived_to
        from (select *, unnest(from_json(addresses, '[{{"house":"VARCHAR","street":"VARCHAR",
            "town":"VARCHAR","postcode":"VARCHAR","from":"VARCHAR","to":"VARCHAR"}}]')) as a
            from fresh where addresses is not null)
        where concat(a.house, a.street, a.town, a.postcode) <> ''""",
    values={
        "key_house": "upper(house)",
        "key_street": "upper(street)",
        "key_town": "upper(town)",
        "postcode": "postcode",
    },
    shown={
        "house": _tidy("house"),
        "street": _tidy("street"),
        "town": _tidy("town"),
        "lived_from": "min(lived_from) filter ({only})",
        "lived_to": "max(lived_to) filter ({only})",
    },
    criteria={
        "complete": "(house <> '')::int + (street <> '')::int + (postcode <> '')::int"
        " + (town <> '')::int",
        "recent": "greatest(last_on, lived_from)",
    },
)
MARKER = Attribute(
    table="people_warningmarker",
    rule="marker",
    said=f"""
        select {_SAID}, m.code as code, m.label as label, try_cast(m."on" as date) as given_on,
            try_cast(m.review_on as date) as review_on
        from (select *, unnest(from_json(markers, '[{{"code":"VARCHAR","label":"VARCHAR",
            "on":"VARCHAR","review_on":"VARCHAR"}}]')) as m
            from fresh where markers is not null)""",
    values={"code": "code"},
    shown={
        "label": "max(label) filter ({only})",
        "set_on": "case when count(given_on) filter ({only}) > 0"
        " then max(coalesce(given_on, seen_on)) filter ({only}) end",
        "review_on": "max(review_on) filter ({only})",
    },
    criteria={},
)
ATTRIBUTES = (NAME, BIRTH, IDENTIFIER, ADDRESS, MARKER)


_COMMON = {
    "votes": "sum(trust) filter ({only})",
    "trusted": "max(trust) filter ({only})",
    "first_on": "min(seen_on) filter ({only})",
    "last_on": "max(seen_on) filter ({only})",
}


def _of_lowest_tier(aggregate: str) -> str:
    """The aggregate over the records of the lowest tier that attests the value."""
    return aggregate.format(only="tier = lowest")


def build_evidence(space: Workspace, attribute: Attribute) -> None:
    """The attribute's table: person, records, tier, rank, first_on, last_on, values and shown."""
    derived = "".join(f", {v} as {n}" for n, v in attribute.values.items() if n != v)
    keys = ", ".join(attribute.values)
    aggregates = ", ".join(
        f"{_of_lowest_tier(sql)} as {name}" for name, sql in {**_COMMON, **attribute.shown}.items()
    )
    criteria = dict.fromkeys(("primary", "complete", "precise"), "0")
    criteria |= {"votes": "votes", "trusted": "trusted", "recent": "last_on"}
    criteria |= attribute.criteria
    judged = ", ".join(f"{sql} as by_{name}" for name, sql in criteria.items())
    order = survivorship.order_by(attribute.rule, keys)
    space.run(
        f"""create or replace table {attribute.table} as
        with said as (select *{derived} from ({attribute.said})),
        keyed as (select *, min(tier) over (partition by person, {keys}) as lowest from said),
        valued as (
            select person, {keys}, min(tier) as tier, list_sort(list(distinct id)) as records,
                {aggregates}
            from keyed group by person, {keys})
        select * exclude (votes, trusted),
            row_number() over (partition by {attribute.rivals} order by {order}) - 1 as rank
        from (select *, {judged} from valued)"""
    )


def build_people(space: Workspace) -> None:
    """Table `golden` (one row per person to write), from the best evidence over all tiers."""
    space.run(
        """create or replace table golden as
        with sexes as (
            select person, sex, sum(trust) as votes from fresh where sex is not null
            group by person, sex),
        sex_of as (select person, arg_max(sex, (votes, sex)) as sex from sexes group by person),
        summary as (
            select person, list_sort(list(distinct tier)) as tiers, count(*) as record_count,
                list_sort(list(distinct system)) as systems,
                list_sort(list(distinct role) filter (role is not null)) as roles,
                bool_and(mention) as is_mention, max(seen_on) as last_seen_on,
                min(weight) as weakest_link
            from fresh group by person)
        select person as id, content_hash, tiers, record_count, systems, roles, is_mention,
            last_seen_on, case when record_count > 1 then weakest_link end as weakest_link,
            coalesce(n.given_names, '') as given_names, coalesce(n.surname, '') as surname,
            b.born_on, coalesce(b.precision, '') as born_precision, coalesce(sex, '') as sex
        from summary join changed using (person) left join sex_of using (person)
        left join people_name n on n.person = summary.person and n.rank = 0
        left join people_birthdate b on b.person = summary.person and b.rank = 0"""
    )


def find_changed(space: Workspace, *, fingerprint: str) -> int:
    """Table `changed` (person, content_hash as hex): whose records or rules differ; count them.

    Needs `standing` (person, content_hash). A person's hash covers the ids and the times of
    change of its records, in no order (to sort them took ten times as long), and `fingerprint`:
    the trust of sources and the survivorship rules. DuckDB may hash otherwise in another version:
    then everybody is written once more.
    """
    space.run(
        """create or replace table changed as
        with content as (
            select person, md5(concat_ws(' ', ?, count(*), bit_xor(one), sum(one::hugeint)))
                as content_hash
            from (select id, hash(id::bigint, changed_at::bigint) as one from mark) as marked
            join person_of using (id) group by person)
        select content.* from content left join standing using (person)
        where standing.content_hash is distinct from content.content_hash""",
        [fingerprint],
    )
    return int(space.value("select count(*) from changed"))


def gather(space: Workspace, trust: Mapping[str, int]) -> None:
    """Table `fresh`: the records of changed people with all that the golden record shows."""
    space.run("create or replace table trust (system varchar, trust integer)")
    if trust:
        space.db.executemany("insert into trust values (?, ?)", [list(i) for i in trust.items()])
    space.run(
        f"""create or replace table fresh as
        select as_recorded.*, person, weight, mention,
            coalesce(trust.trust, {DEFAULT_TRUST}) as trust
        from as_recorded join person_of using (id) join changed using (person)
        left join trust using (system)"""
    )
