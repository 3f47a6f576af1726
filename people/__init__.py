"""People: nominal records, golden people, links, evidence and person search."""
