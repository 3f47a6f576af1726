"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from crime import api as crime_api
from gangs import api as gangs_api
from gangs.intelligence.api import IntelligenceSearch
from people import api as people_api
from wmp_search import (
    about_views,
    associates,
    briefing,
    effect_views,
    everything_views,
    printing,
    views,
)

api = [
    path("people/search", people_api.PersonSearch.as_view(), name="api-people-search"),
    path("people/<int:pk>", people_api.PersonDetail.as_view(), name="api-person"),
    path("crimes/search", crime_api.CrimeSearch.as_view(), name="api-crimes-search"),
    path("crimes/<int:pk>", crime_api.CrimeDetail.as_view(), name="api-crime"),
    path("gangs", gangs_api.GangList.as_view(), name="api-gangs"),
    path("gangs/<int:pk>", gangs_api.GangDetail.as_view(), name="api-gang"),
    path("intelligence/search", IntelligenceSearch.as_view(), name="api-intelligence-search"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(), name="api-docs"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("design", about_views.design, name="design"),
    path("display", about_views.display, name="display"),
    path("accessibility", about_views.accessibility, name="accessibility"),
    path("help", about_views.help_page, name="help"),
    path("s/<uuid:pk>", everything_views.results, name="search-results"),
    path("s/<uuid:pk>/crimes", everything_views.crimes, name="search-crimes"),
    path("s/<uuid:pk>/gangs", everything_views.gang_tab, name="search-gangs"),
    *(
        path(f"s/<uuid:pk>/{tab}", everything_views.held, {"tab": tab}, name=f"search-{tab}")
        for tab in everything_views.WORDS
    ),
    path("people/<int:pk>", views.person, name="person"),
    path("people/<int:pk>/associates", associates.associates_page, name="associates"),
    path("recent", views.recent_people, name="recent"),
    path("people/<int:pk>/print", printing.person_print, name="person-print"),
    path("gangs/<int:pk>/briefing", briefing.gang_briefing, name="gang-briefing"),
    path("records/<int:pk>", views.record, name="record"),
    path("roles/matrix", effect_views.matrix, name="role-matrix"),
    path("roles/compare", effect_views.compare, name="role-compare"),
    path("officers/<int:pk>/preview", effect_views.officer_preview, name="officer-preview"),
    path("", include("people.urls")),
    path("", include("crime.urls")),
    path("", include("gangs.urls")),
    path("", include("gangs.network.urls")),
    path("", include("wmp_search.access.urls")),
    path("", include("wmp_search.identity.urls")),
    path("", include("wmp_search.desk.urls")),
    path("", include("wmp_search.reports.urls")),
    path("", include("audit.urls")),
    path("", include("audit.oversight.urls")),
    path("", include("ingest.urls")),
    path("", include("wmp_search.operations.urls")),
    path("", include("ingest.review.urls")),
    path("", include("wmp_search.retention.urls")),
    path("", include("wmp_search.extracts.urls")),
    path("", include("wmp_search.rights.urls")),
    path("", include("wmp_search.panel.urls")),
    path("api/v1/", include(api)),
]

handler500 = "wmp_search.errors.server_error"
