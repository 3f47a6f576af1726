"""What an officer types into the crime box, as clauses of the index."""

import re

from crime import method
from crime.document import bare
from wmp_search.access.scope import Scope
from wmp_search.search.query import Clause, any_of, constant, term

NUMBER, POSTCODE, MONTH, AREA = 100.0, 20.0, 10.0, 20.0
METHOD = 0.1  # below every match of offence and place
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")


def either(text: str, scope: Scope) -> Clause:
    """The whole text as a number, or each of its words somewhere in the crime."""
    words = text.split()
    every = {"bool": {"must": [_word(word, scope) for word in words]}}
    number = constant(term("number_key", bare(text)), NUMBER)
    return any_of([number, *_pairs(words, scope), every])


def _pairs(words: list[str], scope: Scope) -> list[Clause]:
    """A postcode typed as two words, with what stands around it."""
    found = []
    for at in range(len(words) - 1):
        code = bare(words[at] + words[at + 1])
        if _POSTCODE.fullmatch(code):
            rest = [_word(word, scope) for word in (*words[:at], *words[at + 2 :])]
            must = [constant(term("postcode_key", code), POSTCODE), *rest]
            found.append({"bool": {"must": must}})
    return found


def _word(word: str, scope: Scope) -> Clause:
    key = bare(word)
    options = {"query": word, "operator": "and", "fuzziness": "AUTO", "prefix_length": 1}
    clauses: list[Clause] = [
        {"match": {"words": options | {"max_expansions": 20}}},
        {"match": {"words": {"query": word, "operator": "and", "boost": 3}}},
        constant(term("number_key", key), NUMBER),
        constant(term("offence_code", word.upper()), AREA),
        constant(term("lsoa", key), AREA),
        constant(term("month_key", word), MONTH),
        constant(term("postcode_key", key), POSTCODE),
        constant(method.having(word, scope), METHOD, name=method.NAME),
    ]
    return {"dis_max": {"queries": clauses}}
