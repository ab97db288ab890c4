"""Training: the loop over batches, the run that it leaves, and what is measured of it."""
