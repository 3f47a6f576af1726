"""Addresses of deciding on matches."""

from django.urls import path

from ingest.review import quality_views, views

urlpatterns = [
    path("matches", views.matches, name="matches"),
    path("matches/next", views.next_match, name="match-next"),
    path("matches/<int:pk>", views.match, name="match"),
    path("matches/decisions/<int:pk>", views.decision, name="decision"),
    path("matches/sample/<int:pk>", quality_views.label_pair, name="sampled-pair"),
    path("quality/matching", quality_views.matching_quality, name="matching-quality"),
    path("people/<int:pk>/why", views.why, name="why"),
    path("people/<int:pk>/two-people", views.two_people, name="two-people"),
    path("recalls/<int:pk>/read", views.recall_read, name="recall-read"),
]
