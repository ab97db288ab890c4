"""The story's claims, each a measured experiment with a verdict that the numbers choose.

>>> from landscape import evidence
>>> evidence.run("ravine").verdict
'holds when'
"""

from .finding import Expected, Finding, Quantity
from .running import names, run
from .stored import stored

__all__ = ["Expected", "Finding", "Quantity", "names", "run", "stored"]
