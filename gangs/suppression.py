"""Small numbers are not shown: somebody could be recognised in them (policing.md F9, F10)."""

from collections.abc import Mapping

LEAST = 5
HIDDEN = "fewer than 5"
HIDDEN_TOO = "not shown"


def shown(number: int) -> str:
    """One number by itself. Nobody is recognised in nought."""
    return HIDDEN if 0 < number < LEAST else str(number)


def together(numbers: Mapping[str, int]) -> dict[str, str]:
    """Numbers whose sum is known: what is hidden could be worked out from the rest where it is one
    number alone or very little together, so that the smallest of the others are not shown either.
    """
    hidden = [n for n in numbers.values() if 0 < n < LEAST]
    others = sorted((n, name) for name, n in numbers.items() if n >= LEAST)
    words = {name: shown(n) for name, n in numbers.items()}
    while hidden and others and (len(hidden) == 1 or sum(hidden) < LEAST):
        number, name = others.pop(0)
        hidden.append(number)
        words[name] = HIDDEN_TOO
    return words


def share(words: str, number: int, total: int) -> str:
    """The part of the whole, in per cent, where the number itself is shown."""
    if words in (HIDDEN, HIDDEN_TOO) or total < LEAST:
        return ""
    return f"{100 * number / total:.0f}%"
