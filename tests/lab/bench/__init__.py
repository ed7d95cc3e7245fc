"""The benchmarks: `python -m tests.lab.bench` (or `make bench`) measures every row and writes docs/benchmarks.md.

Ratios on one machine, not seconds: each contestant runs in a process of its own (`measured/`), in turn with the one
that it is compared with, for several rounds, and medians are compared. What answers them, the emulated Ncloud API with
pre-rendered pages and moto, runs in further processes.
"""
