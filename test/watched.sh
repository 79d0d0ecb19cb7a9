#!/bin/bash
# Runs the SQLite tests under a memory checker: the results must be the same,
# and the checker must report nothing.  Prints TAP.
#
# usage: test/watched.sh valgrind|sanitize [ROOM | ROOM/NAME ...]
#
# sanitize uses build/watched/dbcare.so, which the Makefile builds.
set -euo pipefail
cd "$(dirname "$0")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/reports"

shell=$(command -v sqlite3)
case ${1-} in
	valgrind)
		command="valgrind -q --leak-check=full --log-file='$tmp/reports/%p' $shell"
		;;
	sanitize)
		libraries=$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)
		command="env LD_PRELOAD=$libraries:${DBCARE_NOSYNC-} ASAN_OPTIONS=${ASAN_OPTIONS-}:log_path=$tmp/reports/asan
			UBSAN_OPTIONS=log_path=$tmp/reports/ubsan $shell"
		# programs that tests run are not watched
		for program in dd tr; do
			printf '#!/bin/sh\nunset LD_PRELOAD\nexec %s "$@"\n' \
				"$(command -v $program)" >"$tmp/bin/$program"
		done
		export DBCARE_SQLITE=$PWD/build/watched/dbcare.so
		;;
	*)
		echo "usage: $0 valgrind|sanitize [ROOM | ROOM/NAME ...]" >&2
		exit 2
		;;
esac
printf '#!/bin/sh\nexec %s "$@"\n' "$(tr -s '\n\t' '  ' <<<"$command")" >"$tmp/bin/sqlite3"
chmod +x "$tmp/bin"/*

status=0
PATH=$tmp/bin:$PATH test/sqlite/run.sh "${@:2}" | sed '/^1\.\./d' | tee "$tmp/results" || status=1
number=$(($(grep -cE '^(not )?ok ' "$tmp/results") + 1))
find "$tmp/reports" -type f -empty -delete
if [ -z "$(ls "$tmp/reports")" ]; then
	echo "ok $number - $1 reports nothing"
else
	echo "not ok $number - $1 reports nothing"
	cat "$tmp/reports"/* | sed 's/^/# /'
	status=1
fi
echo "1..$number"
exit $status
