"""Turns for functions that others wrote."""

import threading

# Such a function may load its parameters into a model that it shares with others, or write into an array that it keeps;
# beside a call in another thread it would then compute with that one's numbers. The lock is the process's, as what is
# shared may be. Who holds it may call again.
one_at_a_time = threading.RLock()
