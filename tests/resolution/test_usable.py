"""A value whose processing is restricted decides about nobody, and stays on record as it was."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from ingest.resolution import usable
from ingest.resolution.run import resolve
from people.models import Contested, Link, Name, NominalRecord
from tests.officers import officer
from tests.resolution.loading import load
from tests.resolution.test_matching import ELSEWHERE, HOME, crowd, record

BORN = date(1978, 4, 23)
ROW: dict[str, Any] = {
    "id": 1, "given_names": "DANA", "surname": "O'Neill",
    "names": '[{"kind":"alias","full":"Dee Storr"},{"kind":"nickname","full":"Dee"}]',
    "born_on": BORN, "born_precision": "D", "alias_births": "1979-04-23\x1f1980-01-02",
    "sex": "F", "pnc_id": "2001/0000001X", "cro": None, "phones": "0121\x1f0122",
    "emails": None, "vehicles": None, "other_ids": None,
    "addresses": '[{"house":"12","street":"MILL ROAD","town":"Dudley","postcode":"DY1 4EJ"}]',
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "changed"),
    [
        ("names", "Dana O'Neill", {"given_names": None, "surname": None}),
        ("names", "Dee Storr", {"names": '[{"kind": "nickname", "full": "Dee"}]'}),
        ("names", "Somebody Else", {}),
        ("births", "23 April 1978", {"born_on": None, "born_precision": None}),
        ("births", "23 April 1979", {"alias_births": "1980-01-02"}),
        ("sexes", "Female", {"sex": None}),
        ("sexes", "Male", {}),
        ("identifiers", "2001/0000001X", {"pnc_id": None}),
        ("identifiers", "0122", {"phones": "0121"}),
        ("addresses", "12 Mill Road, Dudley, DY1 4EJ", {"addresses": None}),
    ],
)
def test_a_record_is_compared_without_the_value_and_with_all_others(
    kind: str, value: str, changed: dict[str, Any]
) -> None:
    limit: Any = SimpleNamespace(kind=kind, value=value)
    assert usable.without(ROW, [limit]) == changed


def test_two_values_of_one_list_go_together() -> None:
    limits: Any = [SimpleNamespace(kind="identifiers", value=v) for v in ("0121", "0122")]
    assert usable.without(ROW, limits) == {"phones": None}


def restrict(record_id: int, kind: str, value: str) -> Contested:
    now = timezone.now()
    NominalRecord.objects.filter(pk=record_id).update(changed_at=now)
    return Contested.objects.create(
        person_id=Link.objects.get(record=record_id).person_id, records=[record_id], kind=kind,
        value=value, nature="fact", statement="It is not mine", stated_by="L", basis="Letter",
        stated_on=date(2026, 1, 9), ground="accuracy", restricted_at=now,
        recorded_by=officer("disclosure"),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("whole", [True, False], ids=["everything", "what changed"])
def test_a_restricted_name_joins_nobody_until_it_is_lifted_and_the_page_keeps_it(
    whole: bool,
) -> None:
    ids = load(
        [record("Leonora", "Cartwright", BORN, addresses=[HOME]),
         record("Leonora", "Cartwright", BORN, addresses=[ELSEWHERE])]
    )  # fmt: skip
    load(crowd(people=100), first_id=1000)

    def people() -> set[int]:
        resolve(whole=whole)
        return set(Link.objects.filter(record__in=ids).values_list("person", flat=True))

    assert len(people()) == 1
    made = restrict(ids[1], "names", "Leonora Cartwright")
    assert len(people()) == 2
    names = Name.objects.filter(records__contains=[ids[1]])
    assert [str(name) for name in names] == ["Leonora Cartwright"]  # greyed, to who may see it
    Contested.objects.filter(pk=made.pk).update(lifted_at=timezone.now(), told_on=date(2026, 2, 1))
    NominalRecord.objects.filter(pk=ids[1]).update(changed_at=timezone.now())
    assert len(people()) == 1
