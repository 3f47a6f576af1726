"""Pictures of a running demonstration, see `__main__`."""
