"""What a role may do. Each permission is described in the words an administrator reads.

The list is closed. `catalogue.py` adds to each permission its group, a sentence and whether it is
sensitive; a test fails for a permission that is not described there.
"""

from django.db import models


class Permission(models.TextChoices):
    """The closed list of permissions; a role holds a set of them."""

    PERSON_SEARCH = "person.search", "Search for people"
    PERSON_SEARCH_WIDE = "person.search_wide", "Search by as little as one letter"
    PERSON_SEARCH_BATCH = "person.search_batch", "Search for many people at once"
    PERSON_WATCH = "person.watch", "Watch a person or a search for new evidence"
    SEARCH_CERTIFY = "search.certify", "Issue certificates of negative searches"
    PERSON_VIEW = "person.view", "See a person's page"
    PERSON_VIEW_RESTRICTED = "person.view_restricted", "See records from restricted systems"
    PERSON_VIEW_MASKED = "person.view_masked", "Unmask the identity of protected victims"
    RECORD_VIEW_RAW = "record.view_raw", "See a source record as it was delivered"
    RESTRICTION_MANAGE = "restriction.manage", "Restrict who may see a person"
    BREAK_GLASS_USE = "break_glass.use", "Open restricted people in an emergency"
    CRIME_VIEW = "crime.view", "Search for and see crimes"
    CRIME_EXACT_PLACE = "crime.exact_place", "See where crimes happened to the metre"
    TREND_MANAGE = "trend.manage", "Declare changes in how crime is recorded"
    MATCH_REVIEW = "match.review", "Decide whether records are of one person"
    GANG_VIEW = "gang.view", "See gangs and their members"
    GANG_VIEW_HARMED = "gang.view_harmed", "See who a gang exploits or puts at risk"
    GANG_KEEP = "gang.keep", "Propose, review and end gang memberships"
    GANG_AUTHORISE = "gang.authorise", "Authorise gang memberships that a colleague proposed"
    GANG_HISTORY = "gang.history", "See a person's whole gang history, to answer their request"
    GANG_GOVERN = "gang.govern", "See how gang memberships are kept, as numbers only"
    REPORT_VIEW = "report.view", "See reports that colleagues share"
    REPORT_BUILD = "report.build", "Build and save reports"
    REPORT_SHARE = "report.share", "Share and schedule reports"
    REPORT_RELEASE = "report.release", "Release rounded figures outside the force"
    NETWORK_VIEW = "network.view", "See what records link people with"
    NETWORK_ANALYSE = "network.analyse", "See clusters and positions in a network"
    NETWORK_CURATE = "network.curate", "Say that a place or number is no link"
    AUDIT_VIEW_UNIT = "audit.view_unit", "See what officers of the own unit searched and viewed"
    AUDIT_VIEW_ALL = "audit.view_all", "See everything in the audit trail"
    AUDIT_EXPORT = "audit.export", "Take an extract of the audit trail"
    AUDIT_HOLD = "audit.hold", "Keep audit events beyond their time"
    REVIEW_UNIT = "review.unit", "Review the searches of officers in the own unit"
    MISUSE_VIEW = "misuse.view", "See alerts about possible misuse"
    ROLE_MANAGE = "role.manage", "Manage officers and their roles"
    ACCESS_REVIEW = "access.review", "Sign off the roles of the own unit once a year"
    PURPOSE_SUBJECT_ACCESS = "purpose.subject_access", "Answer subject access requests"
    PRACTICE_ONLY = "practice.only", "Practise on made-up people, and see nobody else"
    FEED_MANAGE = "feed.manage", "Decide on held deliveries of the feeds"
    SOURCE_MANAGE = "source.manage", "Map new sources and approve them"
    FEEDBACK_ANSWER = "feedback.answer", "Read feedback and answer it"
    QUALITY_VIEW = "quality.view", "See how loading and matching behave, as numbers only"
