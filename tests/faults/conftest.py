"""One set of servers for the scenarios of a module: each leaves them as it should."""

from collections.abc import Iterator

import pytest

from tests.faults.line import Line


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    made = Line.at(tmp_path_factory.mktemp("faults") / "var")
    try:
        made.begin()
        yield made
    finally:
        made.down()
