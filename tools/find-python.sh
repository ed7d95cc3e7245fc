#!/usr/bin/env bash
# Print the path of the first working interpreter for the versions asked for, best first: find-python.sh 3.13 3.12
# Looks along PATH, in pyenv's versions (its shims often do not work) and in uv's. Says why a candidate was passed over.
set -u

works() { # PATH VERSION: print the real interpreter behind it if it is this version and can make an environment
  "$1" - "$2" <<'PY' 2>/dev/null
import sys
if "%d.%d" % sys.version_info[:2] != sys.argv[1] or sys.version_info.releaselevel != "final":
    sys.exit(3)
import ensurepip, ssl, venv
print(sys.executable)  # what a shim leads to today, whatever it leads to elsewhere
PY
}

candidates() { # VERSION
  type -aP "python$1"
  ls -d "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/"python$1" 2>/dev/null | sort -rV
  ls -d "${UV_PYTHON_INSTALL_DIR:-$HOME/.local/share/uv/python}/cpython-$1".*/bin/"python$1" 2>/dev/null | sort -rV
  ls -d "/opt/homebrew/bin/python$1" "/usr/local/bin/python$1" 2>/dev/null
  type -aP python3 python
}

for version in "$@"; do
  while IFS= read -r candidate; do
    works "$candidate" "$version"
    case $? in
      0) exit 0 ;;
      1) [ "${candidate##*/}" = "python$version" ] &&
           printf 'passed over %s: it has no ensurepip, venv or ssl (Debian: apt install python%s-venv)\n' "$candidate" "$version" >&2 ;;
    esac
  done < <(candidates "$version" | awk '!seen[$0]++')
done
printf 'No Python %s was found on PATH, in pyenv or in uv.\n' "$(printf '%s' "$*" | sed 's/ /, /g')" >&2
exit 1
