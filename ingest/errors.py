"""What can go wrong while a feed is loaded. Texts name the file and the remedy, never a person."""


class SpecError(Exception):
    """A source file is wrong: which file, which key, what to do."""


class DeliveryError(Exception):
    """A delivered file cannot be loaded; the batch fails and the earlier state stands."""
