from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "wmp_search.reports"
