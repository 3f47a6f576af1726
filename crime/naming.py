"""The names of areas and hexagons, and the areas that a typed name means. One query each."""

from collections.abc import Mapping, Sequence
from functools import partial

import h3
from django.db.models import Q

from crime import areas
from crime.models import Boundary
from crime.place import Place

Kind = Boundary.Kind


def names(kind: str, codes: Sequence[str]) -> Mapping[str, str]:
    """Code → name, of those whose boundary is loaded."""
    known = Boundary.objects.filter(kind=kind, code__in=codes)
    return dict(known.values_list("code", "name"))


wards = partial(names, Kind.WARD.value)
lsoas = partial(names, Kind.LSOA.value)


def hexagons(cells: Sequence[str]) -> Mapping[str, str]:
    """H3 cell → the ward around its middle, where one is loaded, and its number."""
    middles = [Place(*h3.cell_to_latlng(cell)) for cell in cells]
    inside = [found[Kind.WARD.value] for found in areas.codes(middles)]
    known = wards(sorted({code for code in inside if code}))
    return {
        cell: ", ".join(part for part in (known.get(code), f"hexagon {cell.rstrip('f')}") if part)
        for cell, code in zip(cells, inside, strict=True)
    }


def ward_codes(typed: Sequence[str]) -> list[str]:
    """The wards that bear one of these names or codes, whatever the capitals; what is neither
    stays as typed, and counts nothing.
    """
    wanted = Q()
    for one in typed:
        wanted |= Q(code__iexact=one) | Q(name__iexact=one)
    found = Boundary.objects.filter(wanted, kind=Kind.WARD) if typed else Boundary.objects.none()
    return sorted({*typed, *found.values_list("code", flat=True)})
