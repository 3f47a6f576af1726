"""Personal names: folding, keys for the index, comparison of two names, reasons in words."""
