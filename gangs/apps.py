from django.apps import AppConfig


class GangsConfig(AppConfig):
    name = "gangs"

    def ready(self) -> None:
        from gangs.search import SPEC
        from wmp_search.search.index import register

        register(SPEC)
