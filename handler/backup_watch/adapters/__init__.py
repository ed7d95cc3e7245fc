"""The thin edges: Ncloud, AWS, the clock, standard output."""
