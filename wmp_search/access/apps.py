from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "wmp_search.access"
