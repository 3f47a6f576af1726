"""Addresses of extracts."""

from django.urls import path

from wmp_search.extracts import views

urlpatterns = [
    path("extracts", views.extracts, name="extracts"),
    path("extracts/new", views.ask, name="extract-ask"),
    path("extracts/<uuid:pk>", views.extract, name="extract"),
    path("extracts/<uuid:pk>/file", views.take, name="extract-file"),
]
