from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "ingest.review"
    label = "review"
