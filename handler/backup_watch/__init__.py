"""Judge the backups of PostgreSQL databases on NAVER Cloud, and tell people what is wrong.

Each folder is a room that imports only the rooms below it (``pyproject.toml``, import-linter). ``adapters`` and
``runtime`` touch the network, an SDK, the environment or the clock; all others are pure, with ``now`` passed in.
"""

__version__ = "0.1.0"
