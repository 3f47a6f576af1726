from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "wmp_search.panel"
    label = "panel"
