"""The one search box: what a typed line is taken for."""

import pytest
import time_machine

from people.criteria import CriteriaError, PersonCriteria
from people.understand import understand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Smith", PersonCriteria("John Smith")),
        ("SMITH, John James", PersonCriteria("SMITH, John James")),
        ("John Smith 12/05/1990", PersonCriteria("John Smith", "1990-05-12")),
        ("John Smith 12.5.90", PersonCriteria("John Smith", "1990-05-12")),
        ("John Smith 12-05-07", PersonCriteria("John Smith", "2007-05-12")),
        ("smith john born 12th May 1990", PersonCriteria("smith john", "1990-05-12")),
        ("smith john 12 of may 1990", PersonCriteria("smith john", "1990-05-12")),
        ("Smith, John, 1990-05-12", PersonCriteria("Smith, John", "1990-05-12")),
        ("SMITH, John DOB 1.2.85", PersonCriteria("SMITH, John", "1985-02-01")),
        ("Mary Jane May 1990", PersonCriteria("Mary Jane", "1990-05")),
        ("Mary 05/1990", PersonCriteria("Mary", "1990-05")),
        ("Becky Hudlestone b. 1989", PersonCriteria("Becky Hudlestone", "1989")),
        ("April May", PersonCriteria("April May")),
        ("Khan about 30", PersonCriteria("Khan", age=30)),
        ("Khan aged 30 years", PersonCriteria("Khan", age=30)),
        ("30 year old Khan", PersonCriteria("Khan", age=30)),
        ("Kowalska 30ish", PersonCriteria("Kowalska", age=30)),
        ("Khan B21 9AA", PersonCriteria("Khan", postcode="B21 9AA")),
        ("Khan b219aa", PersonCriteria("Khan", postcode="B21 9AA")),
        ("Khan B21", PersonCriteria("Khan", postcode="B21")),
        ("W1A 1AA", PersonCriteria(postcode="W1A 1AA")),
        ("gurpreet 07700 900123", PersonCriteria("gurpreet", identifier="07700 900123")),
        ("+44 (0)7700 900 123", PersonCriteria(identifier="+44 (0)7700 900 123")),
        ("81/34U", PersonCriteria(identifier="1981/0000034U")),
        ("PNC 20020073319Z Smith", PersonCriteria("Smith", identifier="2002/0073319Z")),
        ("SF05/482703J", PersonCriteria(identifier="SF05/482703J")),
        ("CRO 65656/91H", PersonCriteria(identifier="065656/91H")),
        ("AB12 CDE", PersonCriteria(identifier="AB12 CDE")),
        ("AB12CDE Khan", PersonCriteria("Khan", identifier="AB12CDE")),
        ("K123 ABC Wilson", PersonCriteria("Wilson", identifier="K123 ABC")),
        ("jo@example.org Jo Bloggs", PersonCriteria("Jo Bloggs", identifier="jo@example.org")),
        ("Bob CU12345/24", PersonCriteria("Bob", identifier="CU12345/24")),
        ("0live Gi11ingwater", PersonCriteria("0live Gi11ingwater")),
        ("Павло Зінченко 1.2.1985", PersonCriteria("Павло Зінченко", "1985-02-01")),
    ],
)
@time_machine.travel("2026-06-15")
def test_a_line_is_taken_apart(text: str, expected: PersonCriteria) -> None:
    assert understand(text) == expected


@time_machine.travel("2026-06-15")
def test_a_date_that_has_not_come_is_no_date_of_birth() -> None:
    assert understand("Jo Bloggs 16/06/2026").born_on != "2026-06-16"


@pytest.mark.parametrize("text", ["", "1990", "about 30", "!!!", "x" * 201])
def test_a_line_with_too_little_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(CriteriaError):
        understand(text)
