"""See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy.

>>> import landscape as ls
>>> walk = ls.descend(ls.terrains.get("rosenbrock"), ls.optimizers.get("adam", lr=0.1))

Submodules load when they are first used, so `import landscape` costs next to nothing.
"""

from importlib import import_module

import lazy_loader

from .core.shown import Shown

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

Shown.pictures = lambda: import_module(".figures.notebook", __name__)
