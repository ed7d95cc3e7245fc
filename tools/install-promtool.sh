#!/usr/bin/env bash
# Make sure that promtool is installed: it tests the alert rules and reads /metrics as Prometheus does.
# Installs Debian's or Ubuntu's package "prometheus" as root, with sudo only in CI; elsewhere it says what to install.
set -euo pipefail

if command -v promtool >/dev/null; then exit 0; fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  if [ -n "${CI:-}" ] && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if command -v apt-get >/dev/null && "${as_root[@]}" true; then
  echo "installing promtool for the tests of the alert rules (about 100 MB, the system's package prometheus)"
  "${as_root[@]}" apt-get update -qq
  # The package would start a server; /usr/sbin/policy-rc.d is Debian's way to say no, and is taken away again.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends prometheus >/dev/null
fi
if ! command -v promtool >/dev/null; then
  echo "promtool is not installed: the tests of the alert rules cannot run. Install Prometheus (the package prometheus)." >&2
  [ -z "${CI:-}" ]
fi
