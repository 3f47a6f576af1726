"""What is recorded. Each action names its operation in DPA 2018 s.62(1) where it has one."""

from django.db import models


class Action(models.TextChoices):
    PERSON_SEARCHED = "person.searched", "Searched for a person"
    PERSON_VIEWED = "person.viewed", "Viewed a person"
    SEARCH_CERTIFIED = "search.certified", "Issued a certificate of a negative search"
    OWN_SEARCHES_VIEWED = "own_searches.viewed", "Looked at their own earlier searches"
    BATCH_STARTED = "batch.started", "Started a search for many people"
    BATCH_VIEWED = "batch.viewed", "Viewed the results of a search for many people"
    WATCH_SET = "watch.set", "Began to watch a person or a search"
    WATCH_ENDED = "watch.ended", "Stopped watching a person or a search"
    WATCH_VIEWED = "watch.viewed", "Viewed what they watch"
    WATCH_OPENED = "watch.opened", "Opened new evidence about somebody they watch"
    RECORD_VIEWED = "record.viewed", "Viewed a source record as delivered"
    CRIME_SEARCHED = "crime.searched", "Searched for crimes"
    CRIME_VIEWED = "crime.viewed", "Viewed a crime"
    GANG_LISTED = "gang.listed", "Listed gangs"
    GANG_VIEWED = "gang.viewed", "Viewed a gang"
    AUDIT_VIEWED = "audit.viewed", "Viewed the audit trail"
    AUDIT_EXPORTED = "audit.exported", "Took an extract of the audit trail"
    AUDIT_HELD = "audit.held", "Put audit events on hold"
    AUDIT_RELEASED = "audit.released", "Released audit events from a hold"
    AUDIT_EXPIRED = "audit.expired", "Removed audit events whose time was over"
    REVIEW_DRAWN = "review.drawn", "Drew the reviewers' daily sample"
    REVIEW_DECIDED = "review.decided", "Reviewed what an officer looked at"
    REVIEW_ANSWERED = "review.answered", "Answered a reviewer's question"
    NOTICES_VIEWED = "notices.viewed", "Read the own questions and notices"
    ALERT_RAISED = "alert.raised", "Raised an alert of possible misuse"
    ALERT_CLOSED = "alert.closed", "Closed an alert of possible misuse"
    CASE_OPENED = "case.opened", "Opened or added to a misuse case"
    CASE_EXPORTED = "case.exported", "Exported a misuse case"
    MISUSE_VIEWED = "misuse.viewed", "Looked into possible misuse"
    MISUSE_CHANGED = "misuse.changed", "Changed canaries, thresholds or personnel hashes"
    PERSON_EXPORTED = "person.exported", "Exported or printed a person"
    ACCESS_DENIED = "access.denied", "Was refused"
    PURPOSE_GIVEN = "purpose.given", "Said why they look"
    PURPOSE_CHALLENGED = "purpose.challenged", "Was asked at random to say more about a search"
    PURPOSE_JUSTIFIED = "purpose.justified", "Said more about a search"
    PURPOSE_CHANGED = "purpose.changed", "Changed the list of purposes"
    SIGNED_IN = "session.signed_in", "Signed in"
    SIGN_IN_FAILED = "session.sign_in_failed", "Failed to sign in"
    SIGNED_OUT = "session.signed_out", "Signed out"
    NOTICE_ACCEPTED = "session.notice_accepted", "Accepted the log-on notice"
    ENDED_EVERYWHERE = "session.ended_everywhere", "Signed an officer out everywhere"
    MFA_CHANGED = "mfa.changed", "Changed a second factor"
    EMERGENCY_USED = "emergency.used", "Used the emergency account"
    STEPPED_UP = "session.stepped_up", "Confirmed who they are"
    PERSON_UNMASKED = "person.unmasked", "Unmasked a person"
    BREAK_GLASS_OPENED = "break_glass.opened", "Broke the glass"
    BREAK_GLASS_ENDED = "break_glass.ended", "Ended break-glass access"
    RESTRICTION_SET = "restriction.set", "Restricted a person"
    RESTRICTION_CHANGED = "restriction.changed", "Changed a restriction"
    RESTRICTION_LIFTED = "restriction.lifted", "Lifted a restriction"
    RESTRICTIONS_VIEWED = "restrictions.viewed", "Viewed restrictions"
    ROLE_GRANTED = "role.granted", "Granted a role"
    ROLE_REVOKED = "role.revoked", "Revoked a role"
    ROLE_CREATED = "role.created", "Made a role"
    ROLE_CHANGED = "role.changed", "Changed a role"
    ROLE_REQUESTED = "role.requested", "Asked for a second administrator"
    ROLE_REFUSED = "role.refused", "Refused a request for a role"
    UNIT_CHANGED = "unit.changed", "Changed a unit or who belongs to it"
    ACCESS_REVIEW_STARTED = "access_review.started", "Started or finished a review of access"
    ACCESS_REVIEW_SIGNED = "access_review.signed", "Signed off roles at a review of access"
    ACCESS_PREVIEWED = "access.previewed", "Previewed what an officer may see"
    OFFICER_ACTIVATED = "officer.activated", "Opened an account"
    OFFICER_DEACTIVATED = "officer.deactivated", "Closed an account"
    OFFICERS_VIEWED = "officers.viewed", "Viewed officers and roles"
    TOKEN_CREATED = "token.created", "Issued an API token"
    QUALITY_VIEWED = "quality.viewed", "Viewed loading and matching figures"
    MATCH_DECIDED = "match.decided", "Decided on a match (combination)"
    MATCH_CONFIRMED = "match.confirmed", "Confirmed or refused a decision on a match"
    MATCH_UNDONE = "match.undone", "Undid a decision on a match"
    RECORDS_COLLECTED = "records.collected", "Loaded a delivery (collection, alteration, erasure)"
    RECORDS_COMBINED = "records.combined", "Resolved records into people (combination)"


# Known to those who may see misuse and to nobody else (policing.md H1, H9)
COVERT = frozenset(
    {
        Action.ALERT_RAISED,
        Action.ALERT_CLOSED,
        Action.CASE_OPENED,
        Action.CASE_EXPORTED,
        Action.MISUSE_VIEWED,
        Action.MISUSE_CHANGED,
    }
)
