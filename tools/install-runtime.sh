#!/usr/bin/env bash
# Make .venv-runtime: what runs the built function in the tests as Lambda does.
# Python: Lambda's version if this machine has it, else the one of .venv (the tests say which).
# bin/aws-lambda-rie: AWS's Runtime Interface Emulator, taken out of the pinned SAM CLI wheel without its dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=.venv-runtime
version=$(sed -n 's/^LAMBDA_PYTHON = "\(.*\)"$/\1/p' tools/package.py)
python=${RUNTIME_PYTHON:-$(tools/find-python.sh "$version" 2>/dev/null || echo .venv/bin/python)}
echo "installing AWS's runtime interface into $folder (for $("$python" -V))"
.venv/bin/uv venv --quiet --clear --python "$python" "$folder"
.venv/bin/uv pip install --quiet --require-hashes --no-deps --only-binary :all: --python "$folder/bin/python" -r requirements/runtime.txt
[ "$(uname -s)" = Linux ] || { echo "The emulator needs Linux: tests/runtime cannot run here." >&2; exit 0; }

case $(uname -m) in x86_64) architecture=x86_64 ;; *) architecture=arm64 ;; esac
wheel=$(mktemp -d)
trap 'rm -rf "$wheel"' EXIT
awk '/^[a-z]/ { mine = /^aws-sam-cli==/ } mine && !/#/' requirements/sam.txt > "$wheel/requirements.txt"
.venv/bin/uv pip install --quiet --require-hashes --no-deps --only-binary :all: --python .venv/bin/python \
  --target "$wheel/packages" -r "$wheel/requirements.txt"
cp "$wheel/packages/samcli/local/rapid/aws-lambda-rie-$architecture" "$folder/bin/aws-lambda-rie"
chmod +x "$folder/bin/aws-lambda-rie"
