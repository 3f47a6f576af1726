"""Addresses of access."""

from django.urls import path

from wmp_search.access import officer_views, views

urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("purpose", views.purpose, name="purpose"),
    path("officers", officer_views.officers, name="officers"),
    path("officers/<int:pk>", officer_views.officer, name="officer"),
    path("officers/<int:pk>/grant", officer_views.grant, name="grant-role"),
    path(
        "officers/<int:pk>/roles/<int:assignment>/withdraw",
        officer_views.revoke,
        name="revoke-role",
    ),
    path("officers/<int:pk>/status", officer_views.status, name="officer-status"),
    path("roles", officer_views.roles, name="roles"),
]
