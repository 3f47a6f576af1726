"""Why an officer looks: purpose codes and the value that every search and view carries.

Codes: policing.md 2.1 (suggested list, mapped to the PNC reason-for-enquiry categories, HC Deb
18 Nov 1986 WA 89-90W). A purpose needs a reference or at least 15 characters of reason (B1) and
lives for `settings.PURPOSE_LIFETIME` (B2).
"""

from dataclasses import dataclass

from django.db import models

MIN_REASON_LENGTH = 15


class PurposeCode(models.TextChoices):
    """The force's list; a retired code stays here so that old events keep their label."""

    STOP = "STOP", "Person or vehicle stopped"
    ARREST = "ARREST", "Arrest or custody"
    CRIME = "CRIME-INV", "Crime investigation"
    INTELLIGENCE = "INTEL-DEV", "Intelligence development"
    SAFEGUARD = "SAFEGUARD", "Safeguarding"
    MISSING = "MISSING", "Missing person"
    DOMESTIC = "DOMESTIC", "Domestic abuse"
    OFFICER_SAFETY = "OFFICER-SAFETY", "Officer safety"
    TRAFFIC = "TRAFFIC", "Traffic"
    WARRANT = "WARRANT", "Warrant or wanted person"
    LICENSING = "LICENSING", "Licensing or vetting"
    DISCLOSURE = "DISCLOSURE", "Court or disclosure"
    DATA_QUALITY = "DATA-QUALITY", "Data quality"
    TRAINING = "TRAINING", "Training (synthetic data only)"


@dataclass(frozen=True, slots=True)
class Purpose:
    """code: a PurposeCode value; reference: crime, incident or task number, or the reason."""

    code: str
    reference: str


class PurposeError(ValueError):
    """The purpose is missing or not good enough; the text says what to give."""


def parse(code: str, reference: str) -> Purpose:
    """A valid purpose, or PurposeError.

    A reference is anything with a digit and at least 4 characters (PNC originator line, min 4);
    otherwise the text is a reason and needs 15 characters (B1).
    """
    reference = " ".join(reference.split())
    if code not in PurposeCode.values:
        raise PurposeError("Choose why you are looking")
    if len(reference) > 200:
        raise PurposeError("Reference or reason must be 200 characters or fewer")
    is_reference = len(reference) >= 4 and any(c.isdigit() for c in reference)
    if not is_reference and len(reference) < MIN_REASON_LENGTH:
        raise PurposeError(
            "Enter a crime, incident or task number, or a reason of at least "
            f"{MIN_REASON_LENGTH} characters"
        )
    return Purpose(code=code, reference=reference)
