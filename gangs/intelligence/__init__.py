"""Intelligence found by its words, a person, a gang or a place, for intelligence analysts."""
