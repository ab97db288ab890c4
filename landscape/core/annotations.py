"""What is annotated everywhere: arrays by what they hold, and who is told how far work is."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Progress = Callable[[int, int], None]  # called as progress(done, of)
