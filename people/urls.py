"""Addresses of searching for people. The person's page spans the apps: `wmp_search.urls`."""

from django.urls import path

from people import (
    batch_download,
    batch_views,
    certificates,
    evaluation_views,
    own_views,
    question_views,
    restriction_views,
    sharing_views,
    unmasking,
    views,
    watch_views,
)

urlpatterns = [
    path("people/search", views.start, name="search"),
    path("people/<int:pk>/watch", watch_views.watch_person, name="watch-person"),
    path("people/<int:pk>/watch/now", watch_views.watch_now, name="watch-now"),
    path("s/<uuid:pk>/watch", watch_views.watch_search, name="watch-search"),
    path("quality/search", evaluation_views.search_quality, name="search-quality"),
    path("watches", watch_views.watches, name="watches"),
    path("watches/<uuid:pk>/end", watch_views.end, name="watch-end"),
    path("watches/alerts/<uuid:pk>", watch_views.alert, name="watch-alert"),
    path("people/lists", batch_views.batches, name="batches"),
    path("people/lists/<uuid:pk>", batch_views.results, name="batch"),
    path("people/lists/<uuid:pk>/download", batch_download.download, name="batch-download"),
    path("people/search/fields", question_views.fields, name="search-fields"),
    path("people/<int:pk>/share", sharing_views.share, name="person-share"),
    path("shared", sharing_views.shared, name="shared"),
    path("people/<int:pk>/restrict", restriction_views.restrict, name="restrict"),
    path("people/<int:pk>/unmask", unmasking.unmask, name="unmask"),
    path("restrictions", restriction_views.restrictions, name="restrictions"),
    path("restrictions/<int:pk>", restriction_views.restriction, name="restriction"),
    path("restrictions/<int:pk>/change", restriction_views.change, name="restriction-change"),
    path("restrictions/<int:pk>/lift", restriction_views.lift, name="restriction-lift"),
    path("s/<uuid:pk>/fields", question_views.change, name="search-change"),
    path("s/<uuid:pk>/correct", question_views.correct, name="search-correct"),
    path("s/<uuid:pk>/certificate", certificates.certify, name="search-certify"),
    path("searches", own_views.searches, name="own-searches"),
    path("searches/<int:at>/<uuid:event_id>", own_views.search, name="own-search"),
    path("searches/<int:at>/<uuid:event_id>/again", own_views.again, name="own-search-again"),
    path("s/<uuid:pk>/narrow", question_views.narrow, name="search-narrow"),
]
