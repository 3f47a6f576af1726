"""Addresses of crimes."""

from django.urls import path

from crime import views
from crime.map import around_views
from crime.map.views import area, crime_map, hexagon
from crime.trends import break_views
from crime.trends.hours_views import hours_of_week
from crime.trends.outcome_views import outcome_rates
from crime.trends.own_area_views import my_area
from crime.trends.repeat_views import crime_repeats
from crime.trends.views import month, trends, week

urlpatterns = [
    path("crimes", views.crimes, name="crimes"),
    path("crimes/trends", trends, name="crime-trends"),
    path("crimes/trends/<int:year>-<int:number>", month, name="crime-month"),
    path("crimes/trends/<int:year>-w<int:number>", week, name="crime-week"),
    path("crimes/map", crime_map, name="crime-map"),
    path("crimes/map/hexagon/<int:cell>", hexagon, name="crime-map-hexagon"),
    path("crimes/map/area/<int:pk>", area, name="crime-map-area"),
    path("crimes/around", around_views.start, name="crime-around"),
    path("crimes/around/<uuid:pk>", around_views.results, name="crime-area"),
    path("crimes/trends/hours", hours_of_week, name="crime-hours"),
    path("crimes/trends/outcomes", outcome_rates, name="crime-outcomes"),
    path("crimes/trends/repeats", crime_repeats, name="crime-repeats"),
    path("crimes/trends/breaks", break_views.listing, name="crime-breaks"),
    path("crimes/trends/breaks/<int:pk>", break_views.withdraw, name="crime-break-withdraw"),
    path("my-area", my_area, name="my-area"),
    path("crimes/search", views.start, name="crime-search"),
    path("crimes/s/<uuid:pk>", views.results, name="crime-results"),
    path("crimes/<int:pk>", views.crime, name="crime"),
]
