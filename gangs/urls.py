"""Addresses of gangs."""

from django.urls import path

from gangs import views

urlpatterns = [
    path("gangs", views.gangs, name="gangs"),
    path("gangs/search", views.start, name="gang-search"),
    path("gangs/s/<uuid:pk>", views.results, name="gang-results"),
    path("gangs/<int:pk>", views.gang, name="gang"),
]
