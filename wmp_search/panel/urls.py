"""Addresses of the panel."""

from django.urls import path

from wmp_search.panel import views

urlpatterns = [
    path("panel", views.panel, name="panel"),
    path("panel/search-use", views.search_use, name="panel-search-use"),
    path("panel/snapshots/<int:pk>", views.snapshot, name="panel-snapshot"),
]
