"""PostgreSQL → Parquet: what resolution may know of a record, and nothing more.

`MATCHING` is all that decides who is whom. Ethnicity, religion and nationality are in neither
list: they are never read here (policing.md G4).
"""

import shutil
from pathlib import Path

from django.db import connection

from ingest.resolution import usable
from ingest.resolution.exchange import copy_out, send_ids
from ingest.resolution.workspace import Workspace

PART_BYTES = 256 * 1024 * 1024  # of CSV on disk at a time; a part becomes Parquet, then goes
SEPARATOR = "\x1f"  # between the values of a list on the way

_LIST = "array_to_string({0}, chr(31))"
_JSON = "nullif({0}::text, '[]')"

# column → (expression in PostgreSQL, type in DuckDB)
MATCHING: dict[str, tuple[str, str]] = {
    "id": ("id", "BIGINT"),
    "given_names": ("given_names", "VARCHAR"),
    "surname": ("surname", "VARCHAR"),
    "names": (_JSON.format("names"), "VARCHAR"),
    "born_on": ("born_on", "DATE"),
    "born_precision": ("born_precision", "VARCHAR"),
    "sex": ("sex", "VARCHAR"),
    "pnc_id": ("pnc_id", "VARCHAR"),
    "cro": ("cro", "VARCHAR"),
    "addresses": (_JSON.format("addresses"), "VARCHAR"),
    "phones": (_LIST.format("phones"), "VARCHAR"),
    "emails": (_LIST.format("emails"), "VARCHAR"),
    "vehicles": (_LIST.format("vehicles"), "VARCHAR"),
    "other_ids": (_LIST.format("other_ids"), "VARCHAR"),
}
# read for the golden record only, never for matching
GOLDEN: dict[str, tuple[str, str]] = {
    "system": ("system", "VARCHAR"),
    "tier": ("tier", "TINYINT"),
    "alias_births": (_LIST.format("alias_births"), "VARCHAR"),
    "markers": (_JSON.format("markers"), "VARCHAR"),
    "role": ("role", "VARCHAR"),
    "seen_on": ("coalesce(recorded_on, event_on)", "DATE"),
    "changed_at": ("(extract(epoch from changed_at) * 1000000)::bigint", "BIGINT"),
}
COLUMNS = MATCHING | GOLDEN


# of a record's id and time of change; both databases come to the same sum over the same records
_NUMBER = "((id * 1000003 + {at}) % 2147483647)"


def live(space: Workspace) -> None:
    """Table `live` (id, changed_at): every live nominal record, as it stands now.

    Made of view `old_mark` and what changed since its newest. Where that does not come to the sum
    over the records (one was erased, or written with an earlier time), all are read.
    """
    newest = space.value("select coalesce(max(changed_at), 0) from old_mark")
    _read_live(space, "recent", f"changed_at >= 'epoch'::timestamptz + {newest} * interval '1 us'")
    space.run(
        """create or replace table live as
        select id, changed_at from old_mark anti join recent using (id)
        union all select id, changed_at from recent where is_live;
        drop table recent"""
    )
    if _sum_here(space) != _sum_there():
        _read_live(space, "live", "deleted_at IS NULL")


def _read_live(space: Workspace, table: str, which: str) -> None:
    at = GOLDEN["changed_at"][0]
    copy_out(
        space,
        f"SELECT id, {at}, deleted_at IS NULL FROM people_nominalrecord WHERE {which}",
        table,
        {"id": "BIGINT", "changed_at": "BIGINT", "is_live": "BOOLEAN"},
    )


def _sum_here(space: Workspace) -> tuple[int, ...]:
    number = _NUMBER.format(at="changed_at")
    return tuple(map(int, space.rows(f"select {_summed(number)} from live")[0]))


def _sum_there() -> tuple[int, ...]:
    number = _NUMBER.format(at=GOLDEN["changed_at"][0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_summed(number)} FROM people_nominalrecord WHERE deleted_at IS NULL"
        )
        return tuple(map(int, cursor.fetchone()))


def _summed(number: str) -> str:
    return f"count(*), coalesce(sum({number} * {number}), 0)"


def fetch(space: Workspace, ids: str | None = None) -> int:
    """Copy live nominal records into Parquet and show them: all of them, or those whose id a
    DuckDB query names. Count them. View `as_recorded` is what golden records are made of, view
    `nominal` what matching may use (`usable`).

    One COPY is one snapshot. Only one part of the CSV is on disk at a time.
    """
    source = "people_nominalrecord"
    if ids is not None:
        send_ids(space, ids, "wanted_record")
        source += " JOIN pg_temp.wanted_record USING (id)"
    parts = space.folder / "nominal"
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    selected = ", ".join(f"{sql} as {name}" for name, (sql, _) in COLUMNS.items())
    query = (
        f"COPY (SELECT {selected} FROM {source} WHERE deleted_at IS NULL) TO STDOUT (FORMAT csv)"
    )
    csv = space.folder / "part.csv"
    number = 0
    with connection.cursor() as cursor, cursor.cursor.copy(query) as copy:
        more = True
        while more:
            more = _write_part(copy, csv)
            _to_parquet(space, csv, parts / f"{number:04d}.parquet")
            number += 1
    csv.unlink()
    space.run(f"create or replace view as_recorded as from '{parts}/*.parquet'")
    usable.apply(space)
    return int(space.value("select count(*) from as_recorded"))


def _write_part(copy: object, csv: Path) -> bool:
    """Write whole rows until the part is full; False when the stream has ended."""
    written = 0
    with csv.open("wb") as out:
        for block in copy:  # type: ignore[attr-defined]
            written += out.write(block)
            if written >= PART_BYTES:
                return True
    return False


def _to_parquet(space: Workspace, csv: Path, target: Path) -> None:
    columns = ", ".join(f"'{name}': '{kind}'" for name, (_, kind) in COLUMNS.items())
    space.run(
        f"""copy (from read_csv('{csv}', header=false, auto_detect=false, delim=',', quote='"',
            escape='"', nullstr='', max_line_size=20000000, columns={{{columns}}}))
        to '{target}' (format parquet, compression zstd)"""
    )
