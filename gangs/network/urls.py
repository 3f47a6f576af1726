"""Addresses of networks."""

from django.urls import path

from gangs.network import between_views, by_source_views, emerging_views, not_a_link, views

urlpatterns = [
    path("people/<int:pk>/network", views.person_network, name="person-network"),
    path("people/<int:pk>/network/path", views.person_path, name="person-path"),
    path(
        "people/<int:pk>/network/with/<int:to>",
        by_source_views.person_sources,
        name="person-sources",
    ),
    path("gangs/<int:pk>/network", views.gang_network, name="gang-network"),
    path(
        "people/<int:pk>/network/emerging", emerging_views.person_emerging, name="person-emerging"
    ),
    path("gangs/<int:pk>/network/emerging", emerging_views.gang_emerging, name="gang-emerging"),
    path("gangs/relations", between_views.relations, name="gang-relations"),
    path("network/not-a-link", not_a_link.listed, name="not-a-link"),
    path("network/not-a-link/add/<int:pk>", not_a_link.add, name="not-a-link-add"),
    path("network/not-a-link/<int:pk>/end", not_a_link.end, name="not-a-link-end"),
]
