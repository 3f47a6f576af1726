"""What a pattern of crime can be said to show: places and offences, never a person.

Counts in, verdicts out: nothing here reads the database or the index, so that every method is
tested against published or reference figures (tests/crime/trends). Sources: crime.md.
"""
