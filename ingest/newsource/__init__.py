"""A first source file from a sample of an unknown feed: what it is, what its columns mean.

`sniff` tells the format, `columns` what each column holds, `write` makes the file of both. The
result is a proposal for a person to read: each guess says in a comment what it was made from.
"""
