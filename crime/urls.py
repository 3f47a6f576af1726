"""Addresses of crimes."""

from django.urls import path

from crime import views

urlpatterns = [
    path("crimes", views.crimes, name="crimes"),
    path("crimes/search", views.start, name="crime-search"),
    path("crimes/s/<uuid:pk>", views.results, name="crime-results"),
    path("crimes/<int:pk>", views.crime, name="crime"),
]
