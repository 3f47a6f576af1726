"""Addresses of searching for people. The person's page spans the apps: `wmp_search.urls`."""

from django.urls import path

from people import restriction_views, unmasking, views

urlpatterns = [
    path("people/search", views.start, name="search"),
    path("people/<int:pk>/restrict", restriction_views.restrict, name="restrict"),
    path("people/<int:pk>/unmask", unmasking.unmask, name="unmask"),
    path("restrictions", restriction_views.restrictions, name="restrictions"),
    path("restrictions/<int:pk>", restriction_views.restriction, name="restriction"),
    path("restrictions/<int:pk>/change", restriction_views.change, name="restriction-change"),
    path("restrictions/<int:pk>/lift", restriction_views.lift, name="restriction-lift"),
    path("s/<uuid:pk>", views.results, name="search-results"),
]
