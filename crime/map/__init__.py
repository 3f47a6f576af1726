"""Crimes on a map: hexagons and areas with their counts, hot spots, and searches by place.

`asked` is what a page was asked for, `counts` asks the index once, `picture` draws; `around` finds
crimes near a place or in a drawn area. Places and offences only: nothing here is about a person.
"""
