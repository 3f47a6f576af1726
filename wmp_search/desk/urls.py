"""Addresses of the desk."""

from django.urls import path

from wmp_search.desk import views

urlpatterns = [
    path("feedback", views.feedback, name="feedback"),
    path("you-said-we-did", views.you_said, name="you-said"),
    path("survey", views.survey, name="survey"),
    path("feedback/all", views.triage, name="feedback-triage"),
    path("feedback/<int:pk>", views.answer, name="feedback-answer"),
]
