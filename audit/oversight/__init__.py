"""Oversight: supervisors' reviews, and professional standards' look for misuse, over the trail.

It learns of everything by reading audit events past a cursor; nobody calls it. What it keeps is
open to the connection of the audit trail only: the product's own database role cannot read it, and
no search or statistic is made from it (DPA 2018 s.62(4); policing.md A10).
"""
