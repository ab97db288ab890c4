"""Matplotlib style sheets, as package data."""
