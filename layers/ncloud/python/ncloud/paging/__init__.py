"""Which pages of a list to request, and whether they add up. No I/O."""
