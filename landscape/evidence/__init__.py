"""The story's claims, each a measured experiment with a verdict that the numbers choose.

>>> from landscape import evidence
>>> evidence.run("ravine").verdict
'holds when'
"""

from .claim import Claim, Measured, Rule, Statement
from .experiments import names, register, run
from .finding import Expected, Finding, Quantity
from .kept_findings import stored

__all__ = [
    "Claim",
    "Expected",
    "Finding",
    "Measured",
    "Quantity",
    "Rule",
    "Statement",
    "names",
    "register",
    "run",
    "stored",
]
