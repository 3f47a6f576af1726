from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "wmp_search.rights"
    label = "rights"
