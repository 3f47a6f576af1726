from django.apps import AppConfig


class CrimeConfig(AppConfig):
    name = "crime"

    def ready(self) -> None:
        from audit import replays
        from crime.of_people import roles_of_records
        from crime.protected import EVENTS
        from crime.search import SPEC
        from crime.selectors import may_see_again
        from people import events, roles
        from wmp_search.search.index import register

        register(SPEC)
        replays.guard(may_see_again)
        roles.register(roles_of_records)
        events.register(EVENTS)
