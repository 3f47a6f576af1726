"""CSV and other delimited files, by pyarrow's streaming reader: bounded memory, ragged rows kept
apart. Its single-threaded reading gives each bad row's place.
"""

import codecs
import csv
import gzip
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest.errors import DeliveryError
from ingest.readers.bombs import GuardedGzip
from ingest.readers.chunk import Chunk, malformed
from ingest.spec import Stream

# one chunk; also the longest row that can be read. pyarrow reads up to 32 blocks ahead
BLOCK_BYTES = 4 << 20
_LONGEST_HEADER = 1 << 20  # characters
_TAIL = 4096  # bytes, an even number: of UTF-16 no half character
_Bad = tuple[int, str, str]


def read(stream: Stream, path: Path) -> Iterator[Chunk]:
    """The file's rows; a row with too few or too many fields is malformed."""
    options = stream.options
    names = list(options.header) or _header(stream, path)
    return read_rows(
        stream,
        path,
        names,
        skip=options.skip_lines + (0 if options.header else 1),
        parse=pa_csv.ParseOptions(
            delimiter=options.delimiter,
            quote_char=options.quote or False,
            newlines_in_values=bool(options.quote),
        ),
    )


def read_rows(
    stream: Stream, path: Path, names: list[str], *, skip: int, parse: pa_csv.ParseOptions
) -> Iterator[Chunk]:
    """Rows after the first `skip` lines, under `names`."""
    if _is_empty(path):
        return
    bad: deque[_Bad] = deque()

    def keep(row: pa_csv.InvalidRow) -> str:
        words = f"{row.actual_columns} fields where {row.expected_columns} are expected"
        bad.append((row.number or 0, words, row.text))
        return "skip"

    parse.invalid_row_handler = keep
    try:
        reader = _open(stream, path, names, skip=skip, parse=parse)
        last = None
        for chunk in _chunks(reader, bad, skip):
            last = chunk.frame[-1:] if len(chunk.frame) else last
            yield chunk
        _check_closed(stream, path, last)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise DeliveryError(_explained(error, stream, path)) from error
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise cut_short(path) from error


def _check_closed(stream: Stream, path: Path, last: pl.DataFrame | None) -> None:
    """Raises DeliveryError where the last row's last value runs on to the end of the file: what
    stood behind its quotation mark were rows.
    """
    quote = stream.options.quote
    value = last[0, -1] if last is not None and quote else None
    if last is None or not value or not {"\n", "\r"} & set(value):
        return
    if not _end(stream, path).rstrip("\r\n").endswith(quote):
        raise DeliveryError(
            f"{path.name}: the record of line {last[0, 'line']} has a quotation mark left open, "
            "which takes the rest of the file with it. Ask for the feed again; where quotes mean "
            f'nothing, set the option quote = "" of the stream {stream.name}'
        )


def _end(stream: Stream, path: Path) -> str:
    """The last characters of the file."""
    with open_bytes(path) as file:
        tail = b""
        if path.suffix != ".gz":
            file.seek(max(path.stat().st_size - _TAIL, 0))
        while block := file.read(1 << 20):
            tail = (tail + block)[-_TAIL:]
    encoding = "utf-16-le" if stream.encoding.lower() in ("utf-16", "utf16") else stream.encoding
    return tail.decode(encoding, errors="ignore")


def _open(
    stream: Stream, path: Path, names: list[str], *, skip: int, parse: pa_csv.ParseOptions
) -> pa_csv.CSVStreamingReader:
    # pyarrow would unpack a gzip bomb without a word
    packed = path.suffix == ".gz"
    return pa_csv.open_csv(
        pa.PythonFile(open_bytes(path), "r") if packed else pa.input_stream(str(path)),
        read_options=pa_csv.ReadOptions(
            use_threads=False,
            block_size=BLOCK_BYTES,
            encoding=stream.encoding,
            column_names=names,
            skip_rows=skip,
        ),
        parse_options=parse,
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _chunks(reader: pa_csv.CSVStreamingReader, bad: deque[_Bad], skip: int) -> Iterator[Chunk]:
    """Good rows numbered around the bad ones, which pyarrow counts from the file's start.

    pyarrow parses ahead: `bad` may hold rows of later blocks already.
    """
    line = skip
    empty = cast("pl.DataFrame", pl.from_arrow(reader.schema.empty_table()))
    yield Chunk(empty.insert_column(0, pl.Series("line", [], dtype=pl.Int64)))
    for batch in reader:
        frame = cast("pl.DataFrame", pl.from_arrow(batch))
        last = line + len(frame)
        own = []
        while bad and bad[0][0] <= last + 1:
            own.append(bad.popleft())
            last += 1
        lines = pl.DataFrame({"line": pl.int_range(line + 1, last + 1, eager=True)})
        rejects = malformed(own)
        lines = lines.join(rejects, on="line", how="anti", maintain_order="left")
        line = last
        yield Chunk(frame.insert_column(0, lines["line"]), rejects)
    if bad:
        yield Chunk(
            empty.insert_column(0, pl.Series("line", [], dtype=pl.Int64)), malformed(list(bad))
        )


def _header(stream: Stream, path: Path) -> list[str]:
    """The first row's names, trimmed; a name used twice gets _2, _3 …"""
    options = stream.options
    quoting = {"quotechar": options.quote} if options.quote else {"quoting": csv.QUOTE_NONE}
    with open_text(stream, path) as file:
        for _ in range(options.skip_lines):
            file.readline(_LONGEST_HEADER)
        first = file.readline(_LONGEST_HEADER).rstrip("\n")
    try:
        names = next(csv.reader([first], delimiter=options.delimiter, **quoting), [])
    except csv.Error as error:
        raise DeliveryError(
            f"{path.name}: line {options.skip_lines + 1} is not a header ({error}). Correct "
            f"`delimiter`, `quote` or `skip_lines` of the stream {stream.name}"
        ) from error
    names = [n.strip() for n in names]
    if not any(names):
        raise DeliveryError(
            f"{path.name}: the file is empty; a header was expected. Ask for the feed again"
        )
    return [
        n if names.index(n) == i else f"{n}_{names[: i + 1].count(n)}" for i, n in enumerate(names)
    ]


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzip."""
    return cast("BinaryIO", GuardedGzip(path)) if path.suffix == ".gz" else path.open("rb")


@contextmanager
def open_text(stream: Stream, path: Path) -> Iterator[TextIO]:
    """The file's text; what cannot be decoded or unpacked raises DeliveryError."""
    encoding = "utf-8-sig" if is_utf8(stream.encoding) else stream.encoding
    with open_bytes(path) as file:
        try:
            yield io.TextIOWrapper(file, encoding=encoding)
        except UnicodeDecodeError as error:
            raise DeliveryError(_explained(error, stream, path)) from error
        except (EOFError, gzip.BadGzipFile, OSError) as error:
            raise cut_short(path) from error


def cut_short(path: Path) -> DeliveryError:
    """What to say of a file that ends before its time."""
    return DeliveryError(
        f"{path.name}: cannot be read to its end: it is cut short or damaged. "
        "Ask for the feed again"
    )


def _is_empty(path: Path) -> bool:
    with open_bytes(path) as file:
        return not file.read(1)


def is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def _explained(error: Exception, stream: Stream, path: Path) -> str:
    place = undecodable(path, stream.encoding)
    if place is not None:
        return (
            f"{path.name}: byte {place} is not {stream.encoding}. Correct `encoding` of the "
            f"stream {stream.name} (cp1252 is usual for older systems), or ask for the feed again"
        )
    kind = str(error).split(":", maxsplit=1)[0][:100]
    return (
        f"{path.name}: cannot be parsed ({kind}). Is a quotation mark left open, or a row longer "
        f'than {BLOCK_BYTES >> 20} MB? Where quotes mean nothing, set the option quote = ""'
    )


def undecodable(path: Path, encoding: str) -> int | None:
    """The position of the first byte that is not of the encoding, else None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    position = 0
    with open_bytes(path) as file:
        while True:
            block = file.read(1 << 20)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return position - pending + error.start
            if not block:
                return None
            position += len(block)
