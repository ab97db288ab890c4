"""What everything stands on: errors, checks of values, families of parts, bounds on memory and time."""
