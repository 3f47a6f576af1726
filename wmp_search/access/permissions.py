"""What a role may do. Each permission is described in the words an administrator reads."""

from django.db import models


class Permission(models.TextChoices):
    """The closed list of permissions; a role holds a set of them."""

    PERSON_SEARCH = "person.search", "Search for people"
    PERSON_VIEW = "person.view", "See a person's page"
    PERSON_VIEW_RESTRICTED = "person.view_restricted", "See records from restricted systems"
    RECORD_VIEW_RAW = "record.view_raw", "See a source record as it was delivered"
    CRIME_VIEW = "crime.view", "Search for and see crimes"
    GANG_VIEW = "gang.view", "See gangs and their members"
    AUDIT_VIEW_UNIT = "audit.view_unit", "See what officers of the own unit searched and viewed"
    AUDIT_VIEW_ALL = "audit.view_all", "See everything in the audit trail"
    ROLE_MANAGE = "role.manage", "Manage officers and their roles"
    QUALITY_VIEW = "quality.view", "See how loading and matching behave, as numbers only"
