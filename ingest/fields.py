"""The canonical fields of each kind of record, their default parsers, and the list of parsers.

The fields follow the POLE minimum data standard (policing.md 2.2).
"""

PERSON = {
    "title": "text",
    "given_names": "name",
    "surname": "name",
    "full_name": "given_surname",
    "aliases": "given_surname",
    "nicknames": "given_surname",
    "maiden_names": "given_surname",
    "former_names": "given_surname",
    "born_on": "date",
    "age": "age",
    "age_on": "date",
    "alias_births": "date",
    "sex": "sex",
    "pnc_id": "pnc_id",
    "cro": "cro",
    "address": "address",
    "house": "address_part",
    "street": "address_part",
    "town": "address_part",
    "postcode": "postcode",
    "address_from": "date",
    "address_to": "date",
    "phones": "phone",
    "emails": "email",
    "vehicles": "vrm",
    "markers": "code",
    "markers_on": "date",
    "markers_review_on": "date",
    "ethnicity_self": "ethnicity_self",
    "ethnicity_observed": "ethnicity_observed",
    "role": "role",
    "event_ref": "text",
    "event_on": "date",
    "event_summary": "text",
    "grade": "text",
    "grade_scheme": "text",
    "handling": "text",
    "recorded_on": "date",
    "author": "text",
    "note": "text",
    "other_ids": "text",
}
CRIME = {
    "crime_number": "text",
    "offence_code": "offence_code",
    "offence": "text",
    "category": "text",
    "occurred_from": "datetime",
    "occurred_to": "datetime",
    "reported_on": "date",
    "month": "month",
    "status": "text",
    "location": "text",
    "postcode": "postcode",
    "lsoa": "text",
    "lsoa_name": "text",
    "easting": "integer",
    "northing": "integer",
    "latitude": "latitude",
    "longitude": "longitude",
    "mo": "text",
}
OUTCOME = {"crime_ref": "text", "outcome": "text", "outcome_on": "date"}
INVOLVEMENT = {"nominal_ref": "text", "crime_ref": "text", "role": "role", "recorded_on": "date"}
GANG = {"name": "text", "aliases": "text", "area": "text", "status": "text"}
MEMBERSHIP = {
    "nominal_ref": "text",
    "gang_ref": "text",
    "status": "membership_status",
    "grade": "text",
    "rationale": "text",
    "authorised_by": "text",
    "authorised_on": "date",
    "review_on": "date",
}
ASSOCIATION = {
    "nominal_ref": "text",
    "other_ref": "text",
    "words": "text",
    "grade": "text",
    "from_on": "date",
    "recorded_on": "date",
}
RELATION = {
    "gang_ref": "text",
    "other_ref": "text",
    "words": "text",
    "grade": "text",
    "from_on": "date",
    "to_on": "date",
    "recorded_on": "date",
}

FIELDS: dict[str, dict[str, str]] = {
    "person": PERSON,
    "crime": CRIME,
    "outcome": OUTCOME,
    "involvement": INVOLVEMENT,
    "gang": GANG,
    "membership": MEMBERSHIP,
    "association": ASSOCIATION,
    "relation": RELATION,
}
# must be mapped, and a row without a value is rejected (for role: a constant will do)
REQUIRED: dict[str, tuple[str, ...]] = {
    "person": (),
    "crime": (),
    "outcome": ("crime_ref", "outcome"),
    "involvement": ("nominal_ref", "crime_ref", "role"),
    "gang": ("name",),
    "membership": tuple(MEMBERSHIP),  # graded, reasoned, authorised, to be reviewed: F1, F4
    "association": ("nominal_ref", "other_ref"),
    "relation": ("gang_ref", "other_ref"),
}
ADDRESS_LISTS = frozenset(
    {"address", "house", "street", "town", "postcode", "address_from", "address_to"}
)
PERSON_LISTS = ADDRESS_LISTS | {
    "aliases",
    "nicknames",
    "maiden_names",
    "former_names",
    "alias_births",
    "phones",
    "emails",
    "vehicles",
    "markers",
    "other_ids",
}
# the fields of each kind that hold several values
LISTS: dict[str, frozenset[str]] = {"person": PERSON_LISTS, "gang": frozenset({"aliases"})}
NAME_LISTS = {
    "aliases": "alias",
    "nicknames": "nickname",
    "maiden_names": "maiden",
    "former_names": "former",
}
FULL_NAME_PARSERS = frozenset({"given_surname", "surname_comma_given"})
PARSERS = frozenset(
    {
        "text",
        "code",
        "name",
        *FULL_NAME_PARSERS,
        "date",
        "partial_date",
        "datetime",
        "month",
        "age",
        "sex",
        "pnc_id",
        "cro",
        "address",
        "address_part",
        "postcode",
        "phone",
        "email",
        "vrm",
        "ethnicity_self",
        "ethnicity_observed",
        "role",
        "membership_status",
        "offence_code",
        "integer",
        "number",
        "latitude",
        "longitude",
    }
)
