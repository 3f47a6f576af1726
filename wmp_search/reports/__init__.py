"""Reports that people shape themselves over a declared registry of data sets (docs/adr/0027).

A saved or shared report is a question; whoever opens it gets the answer of their own access.
"""
