"""What crimes say of the people in them, as SQL: roles, and victims whose identity is protected.

Home Office classes of sexual offences as in ingest/reference/offence_codes.csv (parent group
"Sexual offences"); the offence's words count too, for systems without codes.
"""

import re

from people.masking import WORDS

CLASSES = r"^(01[6-9]|02[0-7]|07[0-4]|088|107|139|175)/"

EVENTS = f"""
    SELECT i.record_id, i.role, c.tier, c.offence_code ~ '{CLASSES}' OR c.offence ~* '{WORDS}'
    FROM crime_involvement i JOIN crime_crime c ON c.id = i.crime_id
    WHERE i.record_id IS NOT NULL AND i.deleted_at IS NULL AND c.deleted_at IS NULL
"""
_CLASSES = re.compile(CLASSES)
_WORDS = re.compile(WORDS.replace(r"\m", r"\b").replace(r"\M", r"\b"), re.IGNORECASE)


def is_sexual(offence_code: str, offence: str) -> bool:
    """Whether EVENTS calls it a sexual offence."""
    return bool(_CLASSES.search(offence_code) or _WORDS.search(offence))
