#!/bin/sh
# Makes the Python wheel for this machine in a directory.
#
# usage: sqlite_ext/python/pack.sh LIBRARY DIRECTORY
set -eu

library=$(realpath "$1")
mkdir -p "$2"
to=$(realpath "$2")
cd "$(dirname "$0")"

rm -rf "$to/work"
mkdir -p "$to/work"
cp -r dbcare pyproject.toml setup.py README.md ../../LICENSE "$to/work/"
rm -rf "$to/work/dbcare/__pycache__"
cp "$library" "$to/work/dbcare/dbcare.so"
strip --strip-unneeded "$to/work/dbcare/dbcare.so"
# the tag of the oldest glibc that has all that the library calls
glibc=$(objdump -T "$library" | sed -n 's/.*GLIBC_\([0-9]*\)\.\([0-9]*\).*/\1_\2/p' | sort -t _ -k 1n -k 2n | tail -n 1)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -r ../../CHANGELOG.md +%s)}
WHEEL_PLATFORM=manylinux_${glibc}_$(uname -m)
export SOURCE_DATE_EPOCH WHEEL_PLATFORM
(cd "$to/work" && /usr/bin/python3 -m build --wheel --no-isolation --outdir "$to" >"$to/log" 2>&1) || {
	cat "$to/log" >&2
	exit 1
}
rm -rf "$to/work" "$to/log"
