"""Addresses of requests."""

from django.urls import path

from wmp_search.rights import breach_views, contest_views, schedule_views, views

urlpatterns = [
    path("requests", views.requests, name="subject-requests"),
    path("requests/<uuid:pk>", views.one_request, name="subject-request"),
    path("requests/<uuid:pk>/preview", views.preview, name="subject-request-preview"),
    path("requests/<uuid:pk>/pack", views.pack_file, name="subject-request-pack"),
    path("people/<int:pk>/contested", contest_views.contested, name="contested"),
    path("corrections", contest_views.corrections, name="corrections"),
    path("corrections/<uuid:pk>", contest_views.correction, name="correction"),
    path("notices/<int:pk>/read", contest_views.notice_read, name="notice-read"),
    path("crimes/<int:pk>/material", schedule_views.case_material, name="case-material"),
    path("crimes/<int:pk>/schedule", schedule_views.case_schedule, name="case-schedule"),
    path("breaches", breach_views.list_breaches, name="breaches"),
    path("breaches/<uuid:pk>", breach_views.one_breach, name="breach"),
]
