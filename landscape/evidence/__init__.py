"""The story's claims, each a measured experiment with a verdict that the numbers choose.

>>> from landscape import evidence
>>> evidence.run("ravine").verdict
'holds when'
"""

from .experiments import names, run
from .finding import Expected, Finding, Quantity
from .kept_findings import stored

__all__ = ["Expected", "Finding", "Quantity", "names", "run", "stored"]
