"""Reads the trail past a cursor, each event once."""


def run() -> int:
    return 0
