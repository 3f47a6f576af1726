"""Is what an officer gave a reference or a good reason? (policing.md B1, B7)"""

import re
from collections.abc import Collection

from wmp_search.access.purposes import codes
from wmp_search.access.purposes.value import Purpose, PurposeError, Requester

MIN_REASON_LENGTH = 15
MIN_REFERENCE_LENGTH = 4  # as the PNC's originator line
MAX_LENGTH = 200
MOST_WORDS_OF_A_REFERENCE = 4
# words that say nothing about why; a reason made of them alone is none
_SAYING_NOTHING = """
    an and any asked at because by check checked checking checks do doing due duties duty enquiries
    enquiry for from general had have here in information inquiries inquiry intel intelligence is
    it job just look looking lookup me my need needed needs none of official on only operational or
    order other person persons people police policing purpose purposes purely reason reasons
    required research routine search searched searches searching shift some task test testing the
    them this to toughbook us want was wmp work working
"""
_EMPTY_WORDS = frozenset(_SAYING_NOTHING.split())
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnop")
_WORD = re.compile(r"[^\W\d_]{2,}")


def parse(
    code: str,
    reference: str,
    *,
    permissions: Collection[str] | None = None,
    requester: Requester | None = None,
) -> Purpose:
    """A valid purpose, or PurposeError.

    `permissions`: of the officer's role, for codes that not everybody may give; None: not checked.
    """
    reference = " ".join(reference.split())
    version = codes.current(code)
    if version is None or not version.listed:
        raise PurposeError("Choose why you are looking", field="code")
    if permissions is not None and not codes.may_choose(version, permissions):
        raise PurposeError("Your role does not include this purpose", field="code")
    if len(reference) > MAX_LENGTH:
        raise PurposeError(f"Reference or reason must be {MAX_LENGTH} characters or fewer")
    if not is_reference(reference):
        if version.needs_reference:
            raise PurposeError("Enter a crime, incident, custody or task number")
        _check_reason(reference)
    return Purpose(code=code, reference=reference, requester=requester)


def is_reference(text: str) -> bool:
    """Few words, at least 4 characters, a digit, and not one character over and over."""
    if len(text) < MIN_REFERENCE_LENGTH or not any(c.isdigit() for c in text):
        return False
    if len(text.split()) > MOST_WORDS_OF_A_REFERENCE:
        return False
    return len({c for c in text if c.isalnum()}) > 1


def is_junk(reason: str) -> bool:
    """Whether a reason only fills the box: a word again and again, a row of keys, empty words."""
    words = [word.lower() for word in _WORD.findall(reason)]
    told = {word for word in words if word not in _EMPTY_WORDS and not _is_keyboard(word)}
    too_little = not told or (len(told) == 1 and len(set(words)) < 3)
    return too_little or len(set("".join(words))) < 6


def _check_reason(reason: str) -> None:
    if len(reason) < MIN_REASON_LENGTH:
        raise PurposeError(
            "Enter a crime, incident or task number, or a reason of at least "
            f"{MIN_REASON_LENGTH} characters"
        )
    if is_junk(reason):
        raise PurposeError(
            "Say in a few words of your own what you are doing, for example “Welfare check "
            "after a call from a neighbour”"
        )


def _is_keyboard(word: str) -> bool:
    return len(word) >= 4 and any(word in row or word in row[::-1] for row in _KEYBOARD)
