"""Addresses of ingest."""

from django.urls import path

from ingest import views

urlpatterns = [path("quality", views.quality_page, name="quality")]
