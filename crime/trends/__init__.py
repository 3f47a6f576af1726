"""What a pattern of crime can be said to show: places and offences, never a person.

`counts` asks the index and `views` shows; every method beside them takes numbers and gives
numbers, so that it is tested against published figures and plain definitions (tests/crime).
"""
