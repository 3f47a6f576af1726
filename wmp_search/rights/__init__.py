"""Rights of people about whom something is held: requests, and their answers (DPA 2018 s.45)."""
