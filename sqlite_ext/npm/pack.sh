#!/bin/sh
# Makes the npm packages in a directory: dbcare, which is JavaScript, and
# dbcare-linux-ARCH with the library for this machine.
#
# usage: sqlite_ext/npm/pack.sh LIBRARY DIRECTORY
set -eu

library=$(realpath "$1")
mkdir -p "$2"
to=$(realpath "$2")
cd "$(dirname "$0")"
case $(uname -m) in
	x86_64) arch=x64 ;;
	aarch64) arch=arm64 ;;
	*)
		echo "no npm package for $(uname -m)" >&2
		exit 1
		;;
esac
version=$(sed -n 's/^	"version": "\(.*\)",/\1/p' package.json)

rm -rf "$to/work"
mkdir -p "$to/work/platform" "$to/work/main"
cp index.cjs index.mjs index.d.ts package.json README.md ../../LICENSE "$to/work/main/"
cp "$library" "$to/work/platform/dbcare.so"
strip --strip-unneeded "$to/work/platform/dbcare.so"
cp ../../LICENSE "$to/work/platform/"
cat >"$to/work/platform/package.json" <<END
{
	"name": "dbcare-linux-$arch",
	"version": "$version",
	"description": "The library of dbcare for linux-$arch",
	"license": "PostgreSQL",
	"author": "The dbcare developers",
	"os": ["linux"],
	"cpu": ["$arch"],
	"libc": ["glibc"],
	"files": ["dbcare.so"]
}
END
for package in main platform; do
	npm pack --silent --pack-destination "$to" "$to/work/$package"
done
rm -rf "$to/work"
