"""Addresses for load balancers and monitoring; none of them shows data."""

from django.urls import path

from wmp_search.operations import health, metrics

urlpatterns = [
    path("health", health.alive, name="health"),
    path("ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
