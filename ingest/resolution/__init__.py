"""Resolution: records into people."""
