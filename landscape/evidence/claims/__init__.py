"""The claims, a module and a file of words each."""
