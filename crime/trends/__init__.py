"""What a pattern of crime can be said to show: places and offences, never a suspect. Only who
was a victim again is named, to whom a search would name them (`again.harmed`).

`counts` asks the index, `rows` PostgreSQL, the views show; the methods (`limits`, `verdicts`,
`hours`, `repeats`, `hotspots`, `rounding`) take numbers and give numbers, so that they are tested
against published figures, libraries and plain definitions (tests/crime).
"""
