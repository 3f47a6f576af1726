"""Audit: the append-only trail and its one door."""
