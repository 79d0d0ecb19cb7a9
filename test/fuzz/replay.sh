#!/bin/bash
# Runs every seed of the fuzz targets once, under the sanitizers.  Prints TAP.
set -eu
cd "$(dirname "$0")/../.."

failed=0
number=0
set -- $(ls test/fuzz/seeds)
echo "1..$#"
for target in "$@"; do
	number=$((number + 1))
	if said=$(build/fuzz/replay "$target" "test/fuzz/seeds/$target"/* 2>&1); then
		echo "ok $number - seeds of $target"
	else
		failed=1
		echo "not ok $number - seeds of $target"
		tail -n 40 <<<"$said" | sed 's/^/# /'
	fi
done
exit $failed
