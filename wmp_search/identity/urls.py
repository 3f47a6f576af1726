"""Addresses of identity."""

from django.urls import path

from wmp_search.identity import step_up

urlpatterns = [
    path("confirm-who-you-are", step_up.confirm, name="step-up"),
]
