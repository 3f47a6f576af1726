from django.apps import AppConfig


class GangsConfig(AppConfig):
    name = "gangs"

    def ready(self) -> None:
        from audit import replays
        from gangs.intelligence import looks
        from gangs.search import SPEC
        from gangs.selectors import may_see_again
        from wmp_search.search.index import register

        register(SPEC)
        replays.guard(may_see_again)
        replays.guard(looks.may_see_again)
