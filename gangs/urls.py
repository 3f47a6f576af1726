"""Addresses of gangs."""

from django.urls import path

from gangs import views

urlpatterns = [
    path("gangs", views.gangs, name="gangs"),
    path("gangs/<int:pk>", views.gang, name="gang"),
]
