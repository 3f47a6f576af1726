"""Identity: who signs in, how surely that is known, and how long it is believed."""
