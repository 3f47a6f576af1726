"""PostgreSQL, Redis and OpenSearch on one machine, nothing installed: `python -m deploy.embedded`.

Linux only: a server is known to be ours by its working directory in /proc, never by a name alone.
"""
