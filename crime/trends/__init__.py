"""What a pattern of crime can be said to show: places and offences, never a person.

`counts` asks the index, `rows` PostgreSQL, the views show; the methods (`limits`, `verdicts`,
`hours`, `repeats`, `hotspots`, `rounding`) take numbers and give numbers, so that they are tested
against published figures, libraries and plain definitions (tests/crime).
"""
