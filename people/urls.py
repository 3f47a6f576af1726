"""Addresses of searching for people. The person's page spans the apps: `wmp_search.urls`."""

from django.urls import path

from people import views

urlpatterns = [
    path("people/search", views.start, name="search"),
    path("s/<uuid:pk>", views.results, name="search-results"),
]
