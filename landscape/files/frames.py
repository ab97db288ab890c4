"""Tables as frames of pandas, which nothing else here needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import LandscapeError


def frame_of(columns: Mapping[str, Any]) -> Any:
    """Columns (n,) by name as a `pandas.DataFrame`; LandscapeError where pandas is not installed."""
    try:
        from pandas import DataFrame
    except ImportError:
        raise LandscapeError("a frame needs pandas, which is not installed: pip install pandas") from None
    return DataFrame(dict(columns))
