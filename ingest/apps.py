from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"

    def ready(self) -> None:
        from ingest.arrivals import feeds
        from people.feeds import register

        register(feeds)
