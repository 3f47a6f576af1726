"""Addresses of retention."""

from django.urls import path

from wmp_search.retention import views, warning_views

urlpatterns = [
    path("retention", views.overview, name="retention"),
    path("retention/queue", views.queue, name="retention-queue"),
    path("retention/warnings", warning_views.queue, name="retention-warnings"),
    path("retention/warnings/<int:pk>", warning_views.review, name="retention-warning"),
    path("retention/people/<int:pk>", views.review, name="retention-review"),
    path("retention/disposals", views.propose, name="disposal-propose"),
    path("retention/disposals/<uuid:pk>", views.disposal, name="disposal"),
]
