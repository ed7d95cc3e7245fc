"""The function run many hundred times in one process, with faults at random: ``make soak``.

Everything else (the emulated Ncloud API, moto in AWS's place) runs in processes of its own, so that what grows here is
the function's. Linux only: it counts what /proc says.
"""
