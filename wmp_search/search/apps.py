from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "wmp_search.search"
