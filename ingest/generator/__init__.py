"""Makes the eleven feeds of the demonstration: synthetic people and the records about them.

Nothing here is imported by the product. The steps, in order: `population` invents people in
households, `history` decides which system recorded each of them when, `rendering` writes each
record down with the habits and mistakes of its system, `feeds` lays it out in the system's format.
People are made in chunks (`make.CHUNK`), so memory does not grow with the number of people.
"""
