"""Walks: optimizers on terrains, from one start or many, once or over grids of learning rates."""
