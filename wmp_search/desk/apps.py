from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "wmp_search.desk"
