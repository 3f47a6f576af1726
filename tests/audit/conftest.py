"""Every test of the trail has a second place of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def second_place(settings: Any, tmp_path: Path) -> Path:
    """The folder that checkpoints are written to."""
    folder = tmp_path / "checkpoints"
    settings.AUDIT_CHECKPOINTS = f"file://{folder}"
    return folder
