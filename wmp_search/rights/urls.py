"""Addresses of requests."""

from django.urls import path

from wmp_search.rights import breach_views, schedule_views, views

urlpatterns = [
    path("requests", views.requests, name="subject-requests"),
    path("requests/<uuid:pk>", views.one_request, name="subject-request"),
    path("requests/<uuid:pk>/preview", views.preview, name="subject-request-preview"),
    path("requests/<uuid:pk>/pack", views.pack_file, name="subject-request-pack"),
    path("crimes/<int:pk>/material", schedule_views.case_material, name="case-material"),
    path("crimes/<int:pk>/schedule", schedule_views.case_schedule, name="case-schedule"),
    path("breaches", breach_views.list_breaches, name="breaches"),
    path("breaches/<uuid:pk>", breach_views.one_breach, name="breach"),
]
