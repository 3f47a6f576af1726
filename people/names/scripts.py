"""Letters of other scripts where a name needs more than a letter for a letter.

Arabic leaves short vowels out and writes the article into the word; Devanagari has sounds that
anyascii writes alike; a Chinese character is a syllable of its own. Sources: the ALA-LC
romanisation tables (Arabic, Persian, Hindi), ELOT 743 (Greek), Hanyu Pinyin (ISO 7098).
"""
# ruff: noqa: RUF001  letters of other scripts are what this module is about

import re

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARTICLE = re.compile(r"(?<![\u0600-\u06ff])ال(?=[\u0600-\u06ff]{2})")
_ARABIC_LETTERS = str.maketrans(
    {"ا": "a", "أ": "a", "إ": "i", "آ": "a", "ى": "a", "ة": "a", "و": "u", "ي": "i", "ی": "i"}
    | {"ش": "sh", "خ": "kh", "غ": "gh", "ث": "th", "ذ": "dh", "ظ": "z", "ض": "d", "ص": "s"}
    | {"ط": "t", "ق": "q", "ع": "a", "ح": "h", "ه": "h", "چ": "ch", "ژ": "zh", "گ": "g", "پ": "p"}
    | {"ئ": "i", "ؤ": "u", "ء": "", "ک": "k", "ھ": "h", "ے": "e", "ں": "n", "ٹ": "t", "ڈ": "d"}
)
_DEVANAGARI = str.maketrans({"श": "sh", "ष": "sh", "च": "ch", "छ": "chh", "ं": "n", "ँ": "n"})
_GREEK = re.compile(r"[\u0370-\u03ff]")
_GREEK_PAIRS = (("ου", "ou"), ("ού", "ou"), ("ευ", "ev"), ("εύ", "ev"), ("αυ", "av"), ("αύ", "av"))
_GREEK_STOPS = (("μπ", "b"), ("ντ", "d"), ("γκ", "g"))  # as they are said at the beginning
_HAN = re.compile(r"([\u3400-\u9fff])")
# characters that are read in another way as surnames
_HAN_SURNAMES = {"长孙": "zhang sun ", "曾": "zeng ", "单": "shan ", "解": "xie ", "查": "zha "}


def spelled_out(text: str) -> str:
    """The text with the letters of those scripts in Latin letters or apart; the rest as it was."""
    if _ARABIC.search(text):
        text = _ARTICLE.sub("al ", text).translate(_ARABIC_LETTERS)
    text = text.translate(_DEVANAGARI)
    if _GREEK.search(text):
        text = _greek(text.lower())
    if _HAN.search(text):
        start = text.lstrip()
        for written, read in _HAN_SURNAMES.items():
            if start.startswith(written):
                text = read + start.removeprefix(written)
                break
        text = _HAN.sub(r"\1 ", text)
    return text


def _greek(text: str) -> str:
    for written, read in _GREEK_PAIRS:
        text = text.replace(written, read)
    for written, read in _GREEK_STOPS:
        text = re.sub(rf"\b{written}", read, text)
    return text
