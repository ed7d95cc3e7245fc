"""The thin edges: Ncloud, AWS, the environment, the clock, standard output."""
