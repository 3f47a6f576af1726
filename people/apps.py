from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from audit import replays
        from people.index import SPEC
        from people.replays import may_see
        from wmp_search.search.index import register

        register(SPEC)
        replays.guard(may_see)
