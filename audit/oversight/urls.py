"""Addresses of reviews, audit search and professional standards."""

from django.urls import path

from audit import reading
from audit.oversight import review_views, search_views

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
]
