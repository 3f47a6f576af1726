from django.apps import AppConfig


class CrimeConfig(AppConfig):
    name = "crime"

    def ready(self) -> None:
        from crime.search import SPEC
        from wmp_search.search.index import register

        register(SPEC)
