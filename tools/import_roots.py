"""Make the project's own packages importable in this environment, from the folders that Lambda imports them from."""

import sys
import sysconfig
from pathlib import Path

site_packages = Path(sysconfig.get_path("purelib"))
lines = "".join(f"{Path(folder).resolve()}\n" for folder in sys.argv[1:])
(site_packages / "ncloud_backup_watch.pth").write_text(lines, encoding="utf-8")
