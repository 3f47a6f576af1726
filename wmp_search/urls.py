"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("wmp_search.access.urls")),
    path("", include("audit.urls")),
]
