"""Training: the loop over batches, the run that it leaves, and what is measured of it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=["callbacks"])
