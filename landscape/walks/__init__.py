"""Walks: optimizers on terrains, from one start or many."""
