"""What everything stands on: errors, checks of values, families of parts, bounds on memory and time."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=["checks", "statistics"])
