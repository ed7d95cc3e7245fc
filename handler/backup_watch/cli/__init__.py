"""The command ``backup-watch``: the same check for a terminal, a cron line and a monitoring system, without AWS."""
