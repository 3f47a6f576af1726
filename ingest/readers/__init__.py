"""Readers: every feed format delivered as text columns."""
