"""Retention: MoPI group, review date and rule of each person; review, disposal, erasure."""
