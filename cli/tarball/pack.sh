#!/bin/sh
# Makes an archive of what "make install-cli prefix=" has put into a directory, and of
# the library for SQLite.
#
# usage: cli/tarball/pack.sh INSTALLED LIBRARY NAME DIRECTORY
set -eu

library=$(realpath "$2")
name=$3
mkdir -p "$4"
to=$(realpath "$4")
tree=$to/$name
here=$(realpath "$(dirname "$0")")
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)}

rm -rf "$tree"
mkdir -p "$tree/lib/sqlite3"
cp -r "$1"/bin "$1"/share "$tree/"
cp "$library" "$tree/lib/sqlite3/dbcare.so"
strip --strip-unneeded "$tree/bin/dbcare" "$tree/lib/sqlite3/dbcare.so"
cp LICENSE CHANGELOG.md README.md "$here/install.sh" "$tree/"
glibc=$(objdump -T "$tree/bin/dbcare" "$library" | sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' | sort -V | tail -n 1)
echo "$(uname -m) with glibc $glibc or later" >"$tree/MACHINE"
(cd "$tree" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum >SHA256SUMS)
tar -c --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw --mtime="@$epoch" -C "$to" "$name" |
	gzip -9n >"$to/$name.tar.gz"
rm -rf "$tree"
(cd "$to" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
