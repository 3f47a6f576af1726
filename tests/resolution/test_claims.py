"""Who keeps which id when clusters change, without a database."""

from collections.abc import Iterator, Mapping

import pytest

from ingest.resolution.identity import Identities, assign
from ingest.resolution.workspace import Workspace, opened

NEXT = 100  # the first unused id


@pytest.fixture
def space() -> Iterator[Workspace]:
    with opened(memory_limit="512MB") as workspace:
        yield workspace


def people(
    space: Workspace,
    clusters: Mapping[int, int],
    links: Mapping[int, int],
    former: Mapping[int, int] | None = None,
) -> tuple[Identities, dict[int, int]]:
    """`clusters`: record → cluster now; `links`: record → person; `former`: before a merge."""
    space.run(
        """create or replace table assigned
            (id bigint, cluster bigint, weight double, mention boolean, by_hand boolean);
        create or replace table previous (id bigint, person bigint)"""
    )
    for record, cluster in clusters.items():
        space.run("insert into assigned values (?, ?, null, false, false)", [record, cluster])
    for record, person in links.items():
        space.run("insert into previous values (?, ?)", [record, person])

    def recall(space: Workspace) -> None:
        for record, person in (former or {}).items():
            space.run("insert into former select id, ? from parted where id = ?", [person, record])

    identities = assign(space, reserve=lambda _count: NEXT, recall=recall)
    return identities, dict(space.rows("select id, person from person_of order by id"))


def test_the_larger_overlap_keeps_the_id_and_the_other_redirects(space: Workspace) -> None:
    found, now = people(space, {1: 9, 2: 9, 3: 9}, {1: 11, 2: 11, 3: 10})
    assert now == {1: 11, 2: 11, 3: 11}
    assert space.rows("from redirect") == [(10, 11)]
    assert found.merged == 1


@pytest.mark.parametrize("numbers", [(5, 9), (9, 5)])
def test_people_of_equal_size_get_their_own_ids_back(
    space: Workspace, numbers: tuple[int, int]
) -> None:
    a, b = numbers
    found, now = people(
        space, {1: a, 2: a, 3: b, 4: b}, dict.fromkeys(range(1, 5), 10), {3: 11, 4: 11}
    )
    assert now == {1: 10, 2: 10, 3: 11, 4: 11}
    assert (found.kept, found.revived, found.new) == (1, 1, 0)


def test_records_that_came_since_the_merge_do_not_turn_the_ids_round(space: Workspace) -> None:
    clusters = {1: 9, 2: 9, 3: 5, 4: 5, 5: 5}
    _, now = people(space, clusters, dict.fromkeys(clusters, 10), {3: 11, 4: 11})
    assert now == {1: 10, 2: 10, 3: 11, 4: 11, 5: 11}


def test_one_record_leaving_a_merged_person_does_not_bring_the_other_back_for_all(
    space: Workspace,
) -> None:
    clusters = {1: 9, 2: 9, 3: 9, 4: 9, 5: 5}
    _, now = people(space, clusters, dict.fromkeys(clusters, 10), {3: 11, 4: 11, 5: 11})
    assert {now[r] for r in (1, 2, 3, 4)} == {10}
    assert now[5] == 11


def test_a_part_that_was_nobody_before_is_new(space: Workspace) -> None:
    found, now = people(space, {1: 9, 2: 9, 3: 5}, {1: 10, 2: 10, 3: 10})
    assert now == {1: 10, 2: 10, 3: NEXT}
    assert (found.new, found.revived) == (1, 0)
