"""The source file as text: TOML with a comment beside each guess."""

import json
import re
from collections.abc import Mapping
from typing import Any

from ingest.newsource.columns import Guesses
from ingest.newsource.sniff import Sniffed

_HEAD = """# {title}: written by `manage.py new_source` from a sample. Read what is marked CHECK,
# then try it: manage.py check_source {system}.toml --feeds DIR   (docs/guides/add-a-feed.md)
system = {system_text}
title = {title_text}                # what an officer reads
tier = "open"                       # CHECK "restricted": only for roles that may see these
trust = 50                          # CHECK 0-100: where systems disagree, the higher counts
retention_class = "mopi_3"          # CHECK the MoPI group that retention follows
schedule = "0 */4 * * *"            # CHECK minute hour day month weekday, London time
delivery = "full"                   # CHECK full: rows that vanish are tombstoned; delta: they stay
"""


def text(value: object) -> str:
    """A TOML basic string, list or inline table."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(text, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {text(v)}" for k, v in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def head(system: str, title: str) -> str:
    """The part about the whole system."""
    return _HEAD.format(
        system=system, title=_plain(title), system_text=text(system), title_text=text(title)
    )


def stream(name: str, path: str, sniffed: Sniffed, guesses: Guesses) -> str:
    """One `[[stream]]`."""
    lines = ["", "[[stream]]", f"name = {text(name)}"]
    lines.append(f"kind = {text(guesses.kind)}  # CHECK person crime outcome involvement gang …")
    if sniffed.format != "database":
        lines.append(f"path = {text(path)}  # CHECK the pattern of all deliveries' names")
    lines.append(f"format = {text(sniffed.format)}")
    if sniffed.encoding != "utf-8":
        words = "that names with accents read right"
        lines.append(f"encoding = {text(sniffed.encoding)}  # CHECK {words}")
    lines += [f"# CHECK {_plain(note)}" for note in (*sniffed.notes, *guesses.notes)]
    key = guesses.key or "row_hash"
    lines.append(f"key = {text(key)}  # CHECK identifies a row for ever")
    if guesses.fallback:
        lines.append('key_fallback = "row_hash"  # CHECK rows without it are known by content')
    if guesses.kind == "person":
        lines.append('event_kind = "record"  # CHECK what kind of event a row is')
        if "role" not in guesses.fields:
            lines.append('role = "unclassified"  # CHECK suspect victim witness …; same for all')
    options = _used(sniffed.options, guesses)
    if options:
        lines += ["", "[stream.options]"]
        lines += [f"{k} = {text(v)}" for k, v in options.items()]
    lines += ["", "[stream.fields]"]
    lines += [_field(n, g.spec, g.note) for n, g in guesses.fields.items()]
    if guesses.unmapped:
        lines.append("# not mapped, every value stays in the raw row; write a field before the =")
        lines += [f"# = {_plain(text(name))}" for name in guesses.unmapped]
    return "\n".join(lines) + "\n"


def whole(values: Mapping[str, Any]) -> str:
    """A source file of what `tomllib` reads from one; comments are not kept."""
    lines = [f"{_key(k)} = {text(v)}" for k, v in values.items() if k != "stream"]
    for one in values["stream"]:
        lines += ["", "[[stream]]"]
        lines += [f"{_key(k)} = {text(v)}" for k, v in one.items() if k not in _PARTS]
        for part in (p for p in _PARTS if one.get(p)):
            lines += ["", f"[stream.{part}]"]
            lines += [f"{_key(k)} = {text(v)}" for k, v in one[part].items()]
    return "\n".join(lines) + "\n"


_PARTS = ("options", "fields")


def _used(options: dict[str, Any], guesses: Guesses) -> dict[str, Any]:
    """Of what stands around an XML record only what a field takes."""
    if "above" not in options:
        return options
    taken = {c for g in guesses.fields.values() for c in _columns(g.spec)}
    above = [name for name in options["above"] if name in taken]
    rest = {k: v for k, v in options.items() if k != "above"}
    return rest | {"above": above} if above else rest


def _columns(spec: dict[str, Any]) -> list[str]:
    return [spec["column"]] if "column" in spec else list(spec["columns"])


def _field(name: str, spec: dict[str, Any], note: str) -> str:
    value = text(spec["column"]) if set(spec) == {"column"} else text(spec)
    return f"{name} = {value}" + (f"  # CHECK {_plain(note)}" if note else "")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else text(key)


def _plain(words: str) -> str:
    """Text that cannot leave its comment."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", words)
