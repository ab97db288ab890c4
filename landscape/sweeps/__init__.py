"""Sweeps: the same grid of settings for all, so that no comparison is decided by hand."""
