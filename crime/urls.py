"""Addresses of crimes."""

from django.urls import path

from crime import views
from crime.trends.views import month, trends

urlpatterns = [
    path("crimes", views.crimes, name="crimes"),
    path("crimes/trends", trends, name="crime-trends"),
    path("crimes/trends/<int:year>-<int:number>", month, name="crime-month"),
    path("crimes/search", views.start, name="crime-search"),
    path("crimes/s/<uuid:pk>", views.results, name="crime-results"),
    path("crimes/<int:pk>", views.crime, name="crime"),
]
