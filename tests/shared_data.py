"""Where the data to develop with lies: beside the checkout, or where $WMP_SHARED_DATA says."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("WMP_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def needs(*parts: str) -> pytest.MarkDecorator:
    """Skips, loudly, where a file or folder of the shared data is absent."""
    path = SHARED.joinpath(*parts)
    return pytest.mark.skipif(not path.exists(), reason=f"{path} IS ABSENT: not tested")
