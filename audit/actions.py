"""What is recorded. Each action names its operation in DPA 2018 s.62(1) where it has one."""

from django.db import models


class Action(models.TextChoices):
    PERSON_SEARCHED = "person.searched", "Searched for a person"
    PERSON_VIEWED = "person.viewed", "Viewed a person"
    RECORD_VIEWED = "record.viewed", "Viewed a source record as delivered"
    CRIME_SEARCHED = "crime.searched", "Searched for crimes"
    CRIME_VIEWED = "crime.viewed", "Viewed a crime"
    GANG_LISTED = "gang.listed", "Listed gangs"
    GANG_VIEWED = "gang.viewed", "Viewed a gang"
    AUDIT_VIEWED = "audit.viewed", "Viewed the audit trail"
    ACCESS_DENIED = "access.denied", "Was refused"
    SIGNED_IN = "session.signed_in", "Signed in"
    SIGN_IN_FAILED = "session.sign_in_failed", "Failed to sign in"
    SIGNED_OUT = "session.signed_out", "Signed out"
    STEPPED_UP = "session.stepped_up", "Confirmed who they are"
    ROLE_GRANTED = "role.granted", "Granted a role"
    ROLE_REVOKED = "role.revoked", "Revoked a role"
    OFFICER_ACTIVATED = "officer.activated", "Opened an account"
    OFFICER_DEACTIVATED = "officer.deactivated", "Closed an account"
    OFFICERS_VIEWED = "officers.viewed", "Viewed officers and roles"
    TOKEN_CREATED = "token.created", "Issued an API token"
    QUALITY_VIEWED = "quality.viewed", "Viewed loading and matching figures"
    RECORDS_COLLECTED = "records.collected", "Loaded a delivery (collection, alteration, erasure)"
    RECORDS_COMBINED = "records.combined", "Resolved records into people (combination)"
