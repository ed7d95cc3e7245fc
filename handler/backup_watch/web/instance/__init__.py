"""The page of one database: its verdict step by step, and its kept backups as a picture."""
