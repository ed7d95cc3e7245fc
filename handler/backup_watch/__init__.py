"""Judge the backups of PostgreSQL databases on NAVER Cloud, and tell people what is wrong.

The modules at this level are the core: pure functions over values, with ``now`` passed in. Only ``edges`` touches
the network, an SDK, the environment or the clock.
"""
