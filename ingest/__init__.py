"""Ingest: feeds in, one version of the truth out."""
