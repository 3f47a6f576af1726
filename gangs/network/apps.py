from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "gangs.network"
    label = "network"

    def ready(self) -> None:
        from audit import replays
        from gangs.network import build
        from gangs.network.looks import may_see_again
        from gangs.network.nodes import hidden_of
        from people import masking, unshared

        replays.guard(may_see_again)
        masking.register(build.follow)
        unshared.register(hidden_of)
