from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "wmp_search.identity"
