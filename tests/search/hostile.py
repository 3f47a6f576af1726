"""Two hundred lines nobody should type: long, controlling, querying, scripted, right to left."""
# ruff: noqa: E501, RUF001  the lines are the matter of this module

import random
from collections.abc import Iterator

_SYNTAX = (
    '{"query":{"match_all":{}}}', "name:* OR 1=1", "+smith -jones", "smith~2", "smith^99", "/.*/",
    "[* TO *]", "{a TO b}", "smith AND (jones OR", '"smith', "smith && jones || !", "_exists_:acl",
    "n_tok:smith", "*", "?", "**", "smi*", "s?ith", "\\", "\\\\\\", "(((((((((", "))))))", "[[[[", "{{{{",
    '{"script":{"source":"ctx._source"}}', "%", "%%", "_", "smith%", "a:b:c:d:e", "~", "!", "<>=",
    "$where: 1", '{"$gt": ""}', "*)(uid=*))(|(uid=*", "smith\tjones", "-", "--", "+", "&&", "||",
)  # fmt: skip
_SQL = (
    "' OR '1'='1", "'; DROP TABLE people_person; --", "smith' UNION SELECT NULL--", "1; SELECT pg_sleep(5)",
    "') OR 1=1 --", "Robert'); DELETE FROM audit_event;--", "$$ smith $$", "smith\\' OR 1=1#", "0x27",
    "'||(SELECT version())||'", "/*smith*/", "'''''''", "E'\\x27'", "%27%20OR%201%3D1", "COPY x TO '/'",
)  # fmt: skip
_SCRIPT = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}",
    "{% debug %}", "${7*7}", "#{7*7}", "<svg/onload=alert(1)>", "'\"><b>x</b>", "&lt;script&gt;",
    "</title><script>", "<!--", "]]>", "<?php echo 1 ?>", "`id`", "$(id)", "; cat /etc/passwd", "| ls",
    "../../../../etc/passwd", "..%2f..%2f", "file:///etc/passwd", "http://169.254.169.254/", "%0d%0aX: y",
    "\\\\host\\share", "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-1+1",
)  # fmt: skip
_SIGNS = (
    "\x00smith", "smi\x00th", "\x1f\x1f\x1f", "\x07\x08bell", "\x1b[31mred", "\r\n\r\n", "\u2028", "\ufeff",
    "\u200b\u200b", "smith\u200djones", "\u202ehtims", "\u2066x\u2069", "سميث محمد", "כהן דוד", "محمد\u202aAli",
    "😀😀😀", "👨‍👩‍👧‍👦", "🇬🇧", "smith😀", "e\u0301" * 50, "Z\u0300\u0301\u0302\u0303" * 20, "ﷺ" * 20, "ﬀﬁﬂ", "ẞ",
    "İstanbul ıIİi", "\ud7ff", "\U0010ffff", "ｓｍｉｔｈ", "𝓢𝓶𝓲𝓽𝓱", "Ⅷ Ⅸ", "１９９０", "½", "﷽" * 40, "\u0378", "한국 사람",
    "長孫 小龍", "ภาษาไทย", "\u0964\u0965", "º ª", "ß" * 150, "ŉ" * 150, "ΐ" * 150,
)  # fmt: skip
_LONG = (
    "a" * 10_240, "smith " * 2_000, "9" * 10_240, "'" * 10_240, "😀" * 2_560, "\x00" * 10_240, "(" * 10_240,
    "a b " * 50, "ab" * 100, "1/" * 100, "1-2-3-4-5-" * 20, "a@" * 100, "0" * 200, "07700" * 40, "-" * 200,
    "o'" * 100, "mc" * 100, "x, " * 66, " " * 10_240 + "x", "aged " * 40, "born " * 40, "/" * 200,
    "1 road " * 28, "b1 " * 66, "al " * 66, "abdul " * 33, "von der " * 25, "a-" * 100, "é" * 200,
)  # fmt: skip
_ODD = (
    "99/99/9999", "00/00/0000", "31/02/1990", "1/1/1", "0000-00-00", "9999-12-31", "born in 0", "aged 999",
    "aged -1", "about 0", "between 99 and 1", "1900s2000s", "b. 0s", "0", "00", "-1", "1e309", "NaN", "null",
    "None", "undefined", "true", "00000000000000000000", "SF99/999999Z", "1/1A", "99/9999999Z", "AA", "A",
)  # fmt: skip


def lines() -> list[str]:
    """The lines, then random ones up to two hundred and more."""
    fixed = [*_SYNTAX, *_SQL, *_SCRIPT, *_SIGNS, *_LONG, *_ODD]
    return [*fixed, *_random(max(0, 220 - len(fixed)))]


def _random(number: int) -> Iterator[str]:
    draw = random.Random(3)  # noqa: S311  not for secrets
    for _ in range(number):
        length = draw.choice((1, 5, 40, 190))
        codes = (draw.choice((draw.randrange(128), draw.randrange(0xD7FF))) for _ in range(length))
        yield "".join(map(chr, codes))
