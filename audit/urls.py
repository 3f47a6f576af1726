"""Addresses of the audit trail."""

from django.urls import path

from audit import views

urlpatterns = [
    path("audit", views.events, name="audit-events"),
    path("audit/<int:at>/<uuid:event_id>", views.event, name="audit-event"),
]
