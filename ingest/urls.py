"""Addresses of ingest."""

from django.urls import path

from ingest import feed_views, views

urlpatterns = [
    path("quality", views.quality_page, name="quality"),
    path("feeds", feed_views.feeds, name="feeds"),
    path("feeds/<int:pk>", feed_views.held, name="held-delivery"),
]
