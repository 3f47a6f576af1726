"""What can go wrong while a feed is loaded. Texts name the file and the remedy, never a person."""


class SpecError(Exception):
    """A source file is wrong: which file, which key, what to do."""


class Held(Exception):
    """A delivered file is readable but not to be trusted; a person decides."""


class DeliveryError(Exception):
    """A delivered file cannot be loaded; the batch fails and the earlier state stands."""
