"""What counts as a reference, what as a reason, and what only fills the box."""

import pytest

from wmp_search.access import purposes
from wmp_search.access.purposes.references import is_junk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    ["20/123456/26", "20CR/1234/26", "LOG 1453", "CU/77", "1234", "Log 88 of 23/11/26", "SAR/17"],
)
def test_a_reference(text: str) -> None:
    assert purposes.parse("CRIME-INV", text).reference == text


@pytest.mark.parametrize("text", ["0000", "9999999", "1", "ab1", "crime", "-----", ""])
def test_not_a_reference_nor_a_reason(text: str) -> None:
    with pytest.raises(purposes.PurposeError, match="at least 15 characters"):
        purposes.parse("CRIME-INV", text)


@pytest.mark.parametrize(
    "text",
    [
        "Welfare check after a call from a neighbour",
        "Domestic disturbance",
        "Looking for a burglar seen by a witness",
        "Two men at 14 Slade Road asked for help",
        "Caller reports a fight in the car park",
    ],
)
def test_a_reason_in_ones_own_words(text: str) -> None:
    assert purposes.parse("STOP", text).reference == text


@pytest.mark.parametrize(
    "text",
    [
        "enquiry enquiry enquiry",
        "for police purposes only",
        "police intelligence check",
        "just checking a person",
        "qwertyuiop asdfghjkl",
        "aaaaaaaaaaaaaaaaaaaa",
        "................",
        "investigation investigation",
        "search of the person on duty 4 us at work",
    ],
)
def test_a_reason_that_says_nothing_is_refused_with_an_example(text: str) -> None:
    assert is_junk(text)
    with pytest.raises(purposes.PurposeError, match="words of your own"):
        purposes.parse("STOP", text)


def test_some_purposes_need_a_reference() -> None:
    reason = "A letter from somebody who asks what is held"
    with pytest.raises(purposes.PurposeError, match="number"):
        purposes.parse("SAR", reason, permissions=["purpose.subject_access"])
