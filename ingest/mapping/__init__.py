"""A new source on the pages: upload a sample, map it, try it, have it approved (add-a-feed.md).

The pages use what `manage.py new_source` and `check_source` use: `ingest.newsource` guesses,
`ingest.trial` tries. What is approved is a source file like those of `ingest/sources`.
"""
