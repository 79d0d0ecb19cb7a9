#!/bin/bash
# Random tables, statements, ALTERs and renames: what is restored, undone or read of the
# past is what was there, or is refused; see test/truth/past.pl.  Prints TAP, a test per
# history.
#
# usage: test/process/archive/past.sh [COUNT [STEPS]]
#
# COUNT (2) histories of STEPS (60) steps are made on each engine: others each time in
# make soak, the same ones in make check.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

count=${1:-2}
steps=${2:-60}
[ -n "${DBCARE_WHOLE-}" ] || seed=7000
start_server server
for engine in sqlite postgresql; do
	while IFS= read -r line; do
		case $line in
			'1..'*) ;;
			'ok '*) result 0 "${line#*- }" ;;
			'not ok '*) result 1 "${line#*- }" ;;
			'# '*) echo "$line" ;;
			*) echo "# $line" ;;
		esac
	done < <(perl test/truth/past.pl "$engine" "$count" "$seed" "$steps" 2>&1)
done
is "$number" $((2 * count)) 'all histories were made'
finish
