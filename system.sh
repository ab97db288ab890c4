#!/bin/sh
# Installs the system packages that building manim's Cairo bindings and drawing in OpenGL need, where they are missing; for
# the tests, also browsers to open pages in.
# Usage: sh system.sh [python [tests]]
set -eu
python=${1:-python3}

command -v "$python" >/dev/null || { echo "Please install Python 3.11 or newer." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed, and $("$python" --version) is what '$python' is. Name another: make PYTHON=python3.12 …" >&2
    exit 1
}

if [ "$(uname)" = Darwin ]; then
    if command -v pkg-config >/dev/null && pkg-config --exists cairo pangocairo; then exit 0; fi
    command -v brew >/dev/null || { echo "Please install Homebrew, or by other means: cairo pango pkg-config" >&2; exit 1; }
    exec brew install cairo pango pkg-config
fi

# The header that matters is that of the Python in use, which may be another than the system's.
header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
missing=
command -v cc >/dev/null || missing="$missing gcc libc6-dev"
[ -e "$header" ] || missing="$missing python3-dev"
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
if ! command -v pkg-config >/dev/null || ! pkg-config --exists cairo pangocairo; then
    missing="$missing pkg-config libcairo2-dev libpango1.0-dev"
fi
libraries=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p)
case $libraries in *libEGL.so.1*) ;; *) missing="$missing libegl1" ;; esac
case $libraries in *libGL.so.1*) ;; *) missing="$missing libgl1" ;; esac
drivers=$(ls /usr/lib/*/dri/swrast_dri.so /usr/lib/*/libgallium* /usr/lib/dri/swrast_dri.so 2>/dev/null || true)
[ -n "$drivers" ] || missing="$missing libgl1-mesa-dri"
maybe=
if [ "${2:-}" = tests ]; then
    command -v chromium >/dev/null || missing="$missing chromium"
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null || maybe=firefox-esr
fi
[ -n "$missing$maybe" ] || exit 0

if ! command -v apt-get >/dev/null; then
    [ -n "$missing" ] || exit 0
    echo "Please install what these Debian packages hold, then try again:$missing" >&2
    exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    sudo=sudo
    command -v sudo >/dev/null || { echo "Please have these packages installed, then try again:$missing" >&2; exit 1; }
fi
$sudo apt-get update -q
# Ubuntu calls its Firefox otherwise; the one test that opens it is left out there.
if [ -n "$maybe" ] && apt-cache show "$maybe" >/dev/null 2>&1; then missing="$missing $maybe"; fi
[ -n "$missing" ] || exit 0
echo "Installing:$missing"
# shellcheck disable=SC2086  # a list of packages
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing
