"""Addresses of ingest."""

from django.urls import path

from ingest import feed_views, views
from ingest.mapping import views as mapping

urlpatterns = [
    path("quality", views.quality_page, name="quality"),
    path("feeds", feed_views.feeds, name="feeds"),
    path("feeds/new", mapping.new, name="source-new"),
    path("feeds/sources/<uuid:pk>", mapping.source, name="source"),
    path("feeds/sources/<uuid:pk>/columns", mapping.columns, name="source-columns"),
    path("feeds/sources/<uuid:pk>/file", mapping.file, name="source-file"),
    path("feeds/<int:pk>", feed_views.held, name="held-delivery"),
]
