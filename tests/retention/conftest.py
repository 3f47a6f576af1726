"""A trial force's sources and deliveries, as the tests of loading have them."""

from tests.ingest.conftest import feed

__all__ = ["feed"]
