"""Addresses of the panel."""

from django.urls import path

from wmp_search.panel import views

urlpatterns = [
    path("panel", views.panel, name="panel"),
    path("panel/snapshots/<int:pk>", views.snapshot, name="panel-snapshot"),
]
