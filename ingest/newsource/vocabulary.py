"""The words by which legacy systems name what we call by one name: column → canonical field.

Compared without case, separators and the element names around them: FORENAME_1, foreName1 and
defendant.forename1 are one word. From the POLE data standard's own names (policing.md 2.2), the
eleven systems, the court feed and data.police.uk.
"""

import re
from collections.abc import Iterator

PERSON: dict[str, str] = {
    "title": "title salutation honorific name_prefix",
    "given_names": "given_name given_names forename forenames first_name first_names"
    " christian_name middle_name middle_names second_name other_forenames"
    " forename_1 forename_2 forename_3"
    " forename1 forename2 forename3 given_name_1 given_name_2 given_name_3 fname firstname",
    "surname": "surname last_name family_nm surnm family_name sname lname lastname surname_1",
    "full_name": "full_name name person_name subject_name nominal_name def_name offender_name"
    " victim_name display_name",
    "aliases": "alias aliases aka also_known_as alias_name",
    "nicknames": "nickname nicknames known_as street_name moniker",
    "maiden_names": "maiden_name birth_name nee birth_surname",
    "former_names": "former_name previous_name previous_names previous_surname",
    "born_on": "dob date_of_birth birth_date birthdate born born_on d_o_b def_dob date_birth",
    "age": "age age_years approx_age apparent_age",
    "sex": "sex gender gndr gend sex_code gender_code def_sex legal_sex",
    "pnc_id": "pnc_id pnc pncid pnc_number pnc_no pnc_ref",
    "cro": "cro cro_number cro_no",
    "address": "address full_address address_full home_address addr address_text",
    "house": "house house_no house_number building building_number street_number house_name line1"
    " abode_1"
    " address_line_1 address_1 address1",
    "street": "street street_name road thoroughfare abode_2 line2"
    " address_line_2 address_2 address2",
    "town": "town city locality suburb post_town line3 line4 line5 address_line_3 address_line_4",
    "postcode": "postcode post_code pcode zip zip_code postal_code",
    "phones": "phone telephone tel phone_no phone_number mobile mobile_no mobile_number home_phone"
    " telephone_number contact_number msisdn work_phone",
    "emails": "email e_mail email_address mail",
    "vehicles": "vrm vehicle_reg registration vehicle_registration reg_no number_plate vehicle",
    "markers": "marker markers warning warnings warning_marker warning_markers flags alerts",
    "ethnicity_self": "self_defined_ethnicity ethnicity ethnicity_self sde ethnic_origin",
    "ethnicity_observed": "officer_defined_ethnicity ic_code observed_ethnicity appearance"
    " ethnic_appearance ode",
    "role": "role capacity involvement involvement_type person_role party_type",
    "event_on": "date event_date incident_date occurred_on arrest_date offence_date date_of_arrest"
    " hearing_date date_of_offence doh contact_date admission_date detention_date",
    "event_ref": "event_ref incident_no incident_number log_no crime_no crime_number case_number"
    " caseno custody_no custody_number occurrence_no",
    "event_summary": "object_of_search summary event_summary description circumstances"
    " incident_summary",
    "recorded_on": "recorded_on date_of_record date_recorded created created_on created_at"
    " entry_date date_created recorded_date last_updated updated_at printdate",
    "note": "note notes free_notes remarks comment comments free_text",
    "other_ids": "nino ni_number national_insurance_number passport passport_no driver_number"
    " licence_no prison_no noms_id nhs_number soc_sec_id passport_number driving_licence_number",
}
CRIME: dict[str, str] = {
    "crime_number": "crime_id crime_no crime_number crime_ref crime_reference urn occurrence_no",
    "offence_code": "offence_code ho_code home_office_code ho_offence_code",
    "offence": "offence offence_title offence_description offence_type",
    "category": "crime_type category crime_category crime_group",
    "occurred_from": "occurred_from date_from committed_from offence_start from_date start_date",
    "occurred_to": "occurred_to date_to committed_to offence_end to_date end_date",
    "reported_on": "reported_on date_reported reported_date recorded_date",
    "month": "month",
    "status": "status last_outcome_category crime_status outcome_status",
    "location": "location address place offence_location crime_location",
    "postcode": "postcode post_code",
    "lsoa": "lsoa lsoa_code",
    "lsoa_name": "lsoa_name",
    "easting": "easting x",
    "northing": "northing y",
    "latitude": "latitude lat",
    "longitude": "longitude long lon lng",
    "mo": "mo modus_operandi method",
}
OUTCOME: dict[str, str] = {
    "crime_ref": "crime_id crime_no crime_number crime_ref",
    "outcome": "outcome_type outcome disposal",
    "outcome_on": "outcome_date month disposal_date date",
}
GANG: dict[str, str] = {
    "name": "gang_name name gang group_name",
    "aliases": "aliases alias aka",
    "area": "area territory district",
    "status": "status",
}
VOCABULARY = {"person": PERSON, "crime": CRIME, "outcome": OUTCOME, "gang": GANG}
_NAMES = {"surname", "given_names", "full_name"}


def words(column: str) -> str:
    """`defendant.ForeName1` → `forename1`: the last element, in lower case, joined by _."""
    last = column.rpartition(".")[2].lstrip("@#")
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", last)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")


def _forms(column: str) -> Iterator[str]:
    """`D.O.B (dd.mm.yy)` → `bddmmyy`, `dob`: as an element of a path, and as words of its own."""
    yield words(column).replace("_", "")
    bare = re.sub(r"\(.*?\)|\[.*?\]", " ", column)
    yield words(bare.replace(".", "_")).replace("_", "")


def fields(columns: list[str], kind: str) -> dict[str, list[str]]:
    """Canonical field → the columns that are named like it, in the file's order."""
    known = {
        name.replace("_", ""): field
        for field, names in VOCABULARY[kind].items()
        for name in [field, *names.split()]
    }
    found: dict[str, list[str]] = {}
    for column in columns:
        field = next(filter(None, (known.get(form) for form in _forms(column))), None)
        if field:
            found.setdefault(field, []).append(column)
    if kind == "person" and {"surname", "given_names"} <= set(found):
        found.pop("full_name", None)  # the parts say more than the whole
    return found


def kind_of(columns: list[str]) -> str:
    """What a row most likely is: what has a name is a person, else what explains most columns."""
    person = fields(columns, "person")
    if _NAMES & set(person) and len(person) > 1:
        return "person"
    if {"outcome", "crime_ref"} <= set(fields(columns, "outcome")):
        return "crime" if "category" in fields(columns, "crime") else "outcome"
    return "crime" if len(fields(columns, "crime")) > len(person) else "person"
