from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"

    def ready(self) -> None:
        from ingest.arrivals import feeds
        from ingest.registry import titles
        from people import feeds as known_feeds
        from people import sources

        known_feeds.register(feeds)
        sources.register(titles)
