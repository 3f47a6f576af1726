from django.apps import AppConfig


class ExtractsConfig(AppConfig):
    name = "wmp_search.extracts"
    label = "extracts"
