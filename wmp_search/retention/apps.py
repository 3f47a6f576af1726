from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "wmp_search.retention"
    label = "retention"
