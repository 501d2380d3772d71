#!/bin/sh
# Installs the Debian packages that are missing, in one command, and says which.
# usage: packages.sh PACKAGE…
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian machine. Please install what these Debian packages hold:$missing" >&2
    exit 1
fi
echo "Missing packages:$missing"
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Please run as root: apt-get install --no-remove$missing" >&2
        exit 1
    fi
    sudo=sudo
fi
$sudo apt-get update -q || exit 1
# shellcheck disable=SC2086
exec $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-remove --no-install-recommends $missing
