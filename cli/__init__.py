"""The `landscape` command: one thin file a verb, heavy imports inside the command bodies."""
