"""Short forms that rules make, where no table has them: diminutive endings, inner short forms.

Sources: G. Szymanek & M. Cetnarowska on Polish, E. Stankiewicz, Slavic diminutives of names;
L. Böhmerová; R. Faure, Diccionario de nombres (Spanish); J. P. Machado (Portuguese); De Felice
(Italian); A. Oyetade, Tones in Yoruba personal praise names; Ubahakwe, Igbo Names.
"""

from functools import lru_cache

from people.names.tables import given_names, is_given, is_surname

# what languages put behind the first syllables of a name
_ENDINGS = (
    "ek", "us", "ka", "ko", "cia", "sia", "nia", "usia", "unia", "inka", "enka", "czyk", "yk",
    "ik", "ya", "ulya", "usha", "ochka", "echka", "yusha", "ica", "ce", "ca", "inho", "inha",
    "ito", "ita", "ino", "ina", "uccio", "etta", "etto", "illo", "illa", "ou", "oula", "akis",
    "itsa", "chen", "el", "li", "os", "is", "i", "ie", "y", "ey", "o", "a", "e", "s", "z", "bo",
    "ster",
)  # fmt: skip
_LEAST = 3  # letters of the name that a diminutive keeps
# leading elements of theophoric and honorific names that speakers leave out
_LEADING = (
    "oluwa", "olu", "ola", "ade", "ayo", "oba", "omo", "ife", "ebun", "temi", "baba", "akin",
    "chukwu", "chi", "nwa", "ogo", "nne", "nna", "uche", "ike", "oghene", "osa", "o", "a", "i",
)  # fmt: skip


@lru_cache(maxsize=200_000)
def is_diminutive(short: str, full: str) -> bool:
    """Whether `short` is the beginning of `full` with a diminutive's ending: Franek, Vladko.

    Never where the short word is a surname or a name that many are given, where the full one is no
    known given name, or where only a letter is exchanged.
    """
    if len(short) > len(full) + 1 or len(full) < 5 or short == full:
        return False
    if is_surname(short) or not is_given(full):
        return False
    if (known := given_names().get(short)) and known.per_million > _COMMON:
        return False
    for ending in _ENDINGS:
        base = short.removesuffix(ending)
        if base != short and len(base) >= _LEAST and full.startswith(base):
            return len(full) - len(base) >= 2
    return False


@lru_cache(maxsize=200_000)
def is_inner_short_form(short: str, full: str) -> bool:
    """Whether `short` follows a leading element of `full`: Tobi of Oluwatobiloba, Lanre."""
    if len(short) < 4 or len(full) < len(short) + 3:
        return False
    return any(
        full.startswith(leading) and full[len(leading) :].startswith(short) for leading in _LEADING
    )


_COMMON = 20.0  # per million
