"""Who takes which tour, in this order."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.screenshots import maps, memberships, networks, rare, reports, tours

Tour = Callable[[Page, str], None]

TOURS: tuple[tuple[str, Tour], ...] = (
    ("", rare.newcomer),
    ("officer", tours.officer),
    ("officer", rare.boxes),
    ("officer", rare.trends),
    ("analyst", maps.maps),
    ("officer", rare.challenge),
    ("officer", rare.watch_alert),
    ("analyst", tours.analyst),
    ("analyst", networks.network),
    ("analyst", rare.unmask),
    ("analyst", rare.breaks),
    ("analyst", rare.decision),
    ("analyst", rare.sampled_pair),
    ("intelligence", networks.intelligence),
    ("gangs", memberships.keeping),
    ("gangs2", memberships.deciding),
    ("gangs2", networks.briefing),
    ("safeguarding", memberships.protecting),
    ("disclosure", memberships.answering),
    ("sergeant", tours.supervisor),
    ("sergeant", reports.sergeant),
    ("analyst", reports.analyst),
    ("standards", tours.standards),
    ("standards", rare.case_event),
    ("admin", tours.administrator),
    ("admin", rare.administration),
    ("admin", rare.access_review),
    ("admin", rare.role_request),
    ("admin2", rare.second_administrator),
    ("engineer", tours.engineer),
    ("ethics", tours.panel),
    ("product", tours.product),
    ("disclosure", tours.disclosure),
    ("disclosure", tours.requests),
    ("disclosure", tours.material),
    ("disclosure", tours.breach),
    ("records", tours.records_manager),
    ("scientist", tours.scientist),
    ("trainee", tours.trainee),
    ("auditor", tours.auditor),  # among the latest events is a look at a person
    ("", rare.second_factor),
    # until custody delivers whole again, officers read that it is in trouble
    ("engineer", rare.held_delivery),
    ("engineer", rare.kept_out),
)
