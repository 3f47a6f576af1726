from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "wmp_search.operations"
    label = "operations"

    def ready(self) -> None:
        from wmp_search.operations import dead_letters

        dead_letters.listen()
