"""A run while automatic linking is switched off (policing.md G10): nothing is compared.

Records keep the person they have; new records are people of their own until it is on again.
"""

from ingest.resolution.exchange import copy_out
from ingest.resolution.working_set import GOLDEN
from ingest.resolution.workspace import Workspace


def stand_still(space: Workspace) -> int:
    """Tables mark, member, cluster and decided of the links as they stand; counts the records."""
    copy_out(
        space,
        f"""SELECT n.id, {GOLDEN["changed_at"][0].replace("changed_at", "n.changed_at")}, n.system,
            l.person_id, l.weight, coalesce(p.is_mention, false), l.method
        FROM people_nominalrecord n LEFT JOIN people_link l ON l.record_id = n.id
        LEFT JOIN people_person p ON p.id = l.person_id WHERE n.deleted_at IS NULL""",
        "stood",
        {
            "id": "BIGINT",
            "changed_at": "BIGINT",
            "system": "VARCHAR",
            "person": "BIGINT",
            "weight": "DOUBLE",
            "mention": "BOOLEAN",
            "method": "VARCHAR",
        },
    )
    space.run(
        """create or replace table mark as select id, changed_at, system from stood;
        create or replace table member as
        select id, case when not mention then row_number() over (order by id) - 1 end as node
        from stood;
        create or replace table cluster as
        select node, coalesce(person, -id) as cluster, weight from stood join member using (id)
        where node is not null;
        create or replace table decided as
        select id, person as cluster, true as by_hand from stood where method = 'human'"""
    )
    return int(space.value("select count(*) from mark"))
