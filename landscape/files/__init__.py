"""Files: what lies where, how it is read without trust, and how it is written without loss."""
