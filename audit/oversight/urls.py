"""Addresses of reviews, audit search and professional standards."""

from django.urls import path

from audit import reading
from audit.oversight import case_views, misuse_views, review_views, search_views

urlpatterns = [
    path("audit/purpose", reading.ask, name="audit-purpose"),
    path("audit/find", search_views.find, name="audit-find"),
    path("audit/words", search_views.by_words, name="audit-words"),
    path("audit/person/<int:pk>", search_views.who_saw, name="who-saw"),
    path("audit/officer/<int:pk>", search_views.story, name="officer-story"),
    path("reviews", review_views.queue, name="reviews"),
    path("reviews/<int:pk>", review_views.item, name="review"),
    path("reviews/supervisors", review_views.reviewers, name="reviewers"),
    path("for-you", review_views.for_you, name="for-you"),
    path("misuse", misuse_views.alerts, name="alerts"),
    path("misuse/alerts/<int:pk>", misuse_views.alert, name="alert"),
    path("misuse/limited", misuse_views.limited, name="limited-looks"),
    path("misuse/rules", misuse_views.rules, name="rules"),
    path("misuse/listed", case_views.listed_people, name="listed-people"),
    path("misuse/cases", case_views.listed, name="cases"),
    path("misuse/cases/<uuid:pk>", case_views.case, name="case"),
    path("misuse/cases/<uuid:pk>/bundle", case_views.take_bundle, name="case-bundle"),
    path("misuse/events/<int:at>/<uuid:event_id>", case_views.add_event, name="case-event"),
]
