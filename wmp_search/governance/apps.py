from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "wmp_search.governance"
    label = "governance"
