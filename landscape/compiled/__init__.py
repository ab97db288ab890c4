"""The same numbers from compiled loops, where numba is installed: training and walks that take many steps.

NumPy's code is the reference, which is read and taught; tests hold both equal. Nothing here is imported before it is
needed, and nothing needs it.
"""
