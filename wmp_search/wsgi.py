"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from wmp_search import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.base")

tracing.start()  # it adds a middleware
application = get_wsgi_application()

from people.names import keys, tables  # noqa: E402  apps are ready now

# No officer waits for the tables of names to be read, nor for the collector of garbage to look
# through their many objects, which stay: that took a third of a second now and then.
tables.read_all()
keys.make_common()
gc.collect()
gc.freeze()
