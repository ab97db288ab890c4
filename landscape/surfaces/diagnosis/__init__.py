"""Why does my picture look like that? What may be wrong with a surface and with runs on it, as measured numbers."""

from __future__ import annotations

from .ailments import Ailment, Diagnosis, Reading
from .examining import diagnose

__all__ = ["Ailment", "Diagnosis", "Reading", "diagnose"]
