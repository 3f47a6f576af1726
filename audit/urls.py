"""Addresses of the audit trail."""

from django.urls import path

from audit import extract_views, views

urlpatterns = [
    path("audit", views.events, name="audit-events"),
    path("audit/extract", extract_views.extract, name="audit-extract"),
    path("audit/<int:at>/<uuid:event_id>", views.event, name="audit-event"),
]
