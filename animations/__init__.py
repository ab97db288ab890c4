"""Manim lessons and the 3-D world they play in."""
