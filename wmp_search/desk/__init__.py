"""An officer's desk: whom they opened last, feedback, the survey and how the product is used.

Nothing here reads the audit trail: the law lets it be read for four purposes only, and improving
the product is none of them (DPA 2018 s.62(4)).
"""
