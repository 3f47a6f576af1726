"""PostgreSQL, Redis and OpenSearch on one machine with nothing installed: `python -m deploy.embedded`.

Linux only: a server is recognised as ours by its working directory in /proc, never by a name alone.
"""
