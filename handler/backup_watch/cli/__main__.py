"""``python -m backup_watch.cli``: the command, where it is not installed."""

from backup_watch.cli.main import entry

if __name__ == "__main__":
    entry()
