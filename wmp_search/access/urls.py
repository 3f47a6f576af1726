"""Addresses of access."""

from django.urls import path

from wmp_search.access import (
    break_glass,
    bulk_views,
    officer_views,
    request_views,
    review_views,
    role_views,
    unit_views,
    views,
)

urlpatterns = [
    path("sign-out", views.sign_out, name="sign-out"),
    path("purpose", views.purpose, name="purpose"),
    path("break-glass", break_glass.open_all, name="break-glass"),
    path("break-glass/end", break_glass.end, name="break-glass-end"),
    path("officers", officer_views.officers, name="officers"),
    path("officers/<int:pk>", officer_views.officer, name="officer"),
    path("officers/<int:pk>/grant", officer_views.grant, name="grant-role"),
    path(
        "officers/<int:pk>/roles/<int:assignment>/withdraw",
        officer_views.revoke,
        name="revoke-role",
    ),
    path("officers/<int:pk>/status", officer_views.status, name="officer-status"),
    path("officers/<int:pk>/unit", unit_views.move, name="move-officer"),
    path("officers/file", bulk_views.upload, name="role-file-new"),
    path("officers/file/template", bulk_views.template, name="role-file-template"),
    path("officers/file/<uuid:pk>", bulk_views.role_file, name="role-file"),
    path("units", unit_views.units, name="units"),
    path("units/<int:pk>", unit_views.unit, name="unit"),
    path("roles", role_views.roles, name="roles"),
    path("roles/new", role_views.create, name="role-new"),
    path("roles/<int:pk>", role_views.role, name="role"),
    path("roles/<int:pk>/change", role_views.change, name="role-change"),
    path("roles/<int:pk>/retire", role_views.retire, name="role-retire"),
    path("access-reviews", review_views.access_reviews, name="access-reviews"),
    path("access-reviews/start", review_views.start, name="access-review-start"),
    path("access-reviews/<int:pk>", review_views.access_review, name="access-review"),
    path("access-reviews/<int:pk>/finish", review_views.finish, name="access-review-finish"),
    path("access-reviews/<int:pk>/units/<int:unit>", review_views.unit_review, name="unit-review"),
    path("role-requests", request_views.role_requests, name="role-requests"),
    path("role-requests/<int:pk>", request_views.role_request, name="role-request"),
    path("role-requests/<int:pk>/take-back", request_views.take_back, name="role-take-back"),
]
