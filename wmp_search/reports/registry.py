"""The data sets that the apps declare, collected once when the product starts."""

from crime import datasets as crime
from gangs import datasets as gangs
from ingest import datasets as ingest
from people import datasets as people
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.datasets import Dataset

DATASETS: dict[str, Dataset] = {
    one.key: one for one in (*crime.DATASETS, *people.DATASETS, *gangs.DATASETS, *ingest.DATASETS)
}
ALL_PERMISSIONS: tuple[Permission, ...] = tuple(
    dict.fromkeys(permission for one in DATASETS.values() for permission in one.permissions)
)


def open_to(scope: Scope) -> list[Dataset]:
    """Those that the scope may count, in the order of the apps."""
    return [one for one in DATASETS.values() if one.opens_to(scope)]
