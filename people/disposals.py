"""What became of somebody at the end of an event, each state in words of its own (policing.md C3).

A source file joins the system's own disposal to the summary ("Burglary: NFA"). Arrest, charge,
caution and no further action stay apart, and nobody is called an offender here: that word needs a
disposal that says so (P_001 of the POLE data standards).
"""

# keys: what the systems write, in lower case. Custody: PACE disposals; stop and search: the
# outcomes of data.police.uk (https://data.police.uk/about/#columns)
WORDS = {
    "nfa": "No further action",
    "no further action": "No further action",
    "a no further action disposal": "No further action",
    "nothing found - no further action": "No further action",
    "charged": "Charged, not yet tried",
    "summons / charged by post": "Charged by post, not yet tried",
    "suspect summonsed to court": "Summonsed, not yet tried",
    "bailed": "Bailed, no decision yet",
    "released under investigation": "Released under investigation, no decision yet",
    "cautioned": "Cautioned",
    "caution (simple or conditional)": "Cautioned",
    "offender cautioned": "Cautioned",
    "community resolution": "Community resolution",
    "local resolution": "Community resolution",
    "penalty notice for disorder": "Penalty notice",
    "offender given penalty notice": "Penalty notice",
    "khat or cannabis warning": "Khat or cannabis warning",
    "offender given drugs possession warning": "Khat or cannabis warning",
    "arrest": "Arrested",
    "suspect arrested": "Arrested",
}


def words(summary: str) -> str:
    """The disposal at the end of an event's summary in plain words, or empty."""
    return WORDS.get(summary.rpartition(": ")[2].strip().lower(), "")
