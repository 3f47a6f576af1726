"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from wmp_search import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.base")

tracing.start()  # it adds a middleware
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  apps are ready now

from people.names import keys, tables  # noqa: E402

# No officer waits for views to be imported or tables of names to be read, nor for the collector of
# garbage to look through their many objects, which stay: it took a third of a second now and then.
_ = get_resolver().url_patterns
tables.read_all()
keys.make_common()
gc.collect()
gc.freeze()
