"""Who and what is linked to whom by records: one derived table of links, asked step by step."""
