#!/usr/bin/env bash
# See to it that there is a Chromium with Korean glyphs for the browser tests.
# Installs Debian's or Ubuntu's package as root, with sudo only in CI; elsewhere it says what to install.
set -euo pipefail

there() { # is a browser there, and does Chinese-Japanese-Korean text have a font?
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && return 0
  done
  return 1
}

if there; then exit 0; fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  if [ -n "${CI:-}" ] && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if command -v apt-get >/dev/null && "${as_root[@]}" true; then
  echo "installing Chromium for the browser tests (about 500 MB, from the system's packages)"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk >/dev/null
fi
if ! there; then
  echo "There is no Chromium here: the browser tests cannot run. Install chromium and fonts-noto-cjk." >&2
  [ -z "${CI:-}" ]
fi
