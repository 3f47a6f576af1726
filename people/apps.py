from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from people.index import SPEC
        from wmp_search.search.index import register

        register(SPEC)
