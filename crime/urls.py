"""Addresses of crimes."""

from django.urls import path

from crime import views
from crime.map import around_views
from crime.map.views import area, crime_map, hexagon
from crime.trends.views import month, trends

urlpatterns = [
    path("crimes", views.crimes, name="crimes"),
    path("crimes/trends", trends, name="crime-trends"),
    path("crimes/trends/<int:year>-<int:number>", month, name="crime-month"),
    path("crimes/map", crime_map, name="crime-map"),
    path("crimes/map/hexagon/<int:cell>", hexagon, name="crime-map-hexagon"),
    path("crimes/map/area/<int:pk>", area, name="crime-map-area"),
    path("crimes/around", around_views.start, name="crime-around"),
    path("crimes/around/<uuid:pk>", around_views.results, name="crime-area"),
    path("crimes/search", views.start, name="crime-search"),
    path("crimes/s/<uuid:pk>", views.results, name="crime-results"),
    path("crimes/<int:pk>", views.crime, name="crime"),
]
