#!/bin/sh
# Copies the command dbcare, its manual page and completions, the scripts for DBAs and
# the library for SQLite into a directory, or removes them.
#
# usage: ./install.sh [--remove] [PREFIX]
#
# PREFIX is /usr/local; a user without rights there can take ~/.local.
set -eu

remove=false
if [ "${1-}" = --remove ]; then
	remove=true
	shift
fi
prefix=${1-/usr/local}
case $prefix in
	-*)
		echo "usage: $0 [--remove] [PREFIX]" >&2
		exit 2
		;;
esac
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
cd "$(dirname "$0")"

if [ ! -w "$prefix" ]; then
	echo "$prefix: no right to write there; run this as root, or name another directory: $0 ~/.local" >&2
	exit 1
fi
if "$remove"; then
	find bin lib share -type f | while read -r file; do
		rm -f "$prefix/$file"
	done
	rmdir "$prefix"/share/dbcare/dba/* "$prefix/share/dbcare/dba" "$prefix/share/dbcare" 2>/dev/null || true
	echo "removed from $prefix"
	exit
fi
sha256sum --quiet -c SHA256SUMS
version=$(bin/dbcare --version) || {
	echo "the command does not run on this machine: it needs Linux on $(cat MACHINE)" >&2
	exit 1
}
tar -c bin lib share | tar -x --no-same-owner -C "$prefix"
echo "$version is in $prefix/bin; SQLite: .load $prefix/lib/sqlite3/dbcare"
