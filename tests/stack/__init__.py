"""The whole of it on one machine: the function in this process, the emulated Ncloud API, and moto in AWS's place.

`python -m tests.stack --help`. Nothing leaves loopback, and nothing is left behind: no file, no process.
"""
