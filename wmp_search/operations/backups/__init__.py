"""Backup and restore: a dump with a manifest, and a ledger of what must not come back.

`take.py` and `bring_back.py` are the two commands; `ledger.py` writes and replays the ledger.
"""
