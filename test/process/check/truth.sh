#!/bin/bash
# Random schemas, random rows, random violations: what dbcheck says of them is
# what is true; see test/truth/truth.pl.  Prints TAP, a test per schema.
#
# usage: test/process/check/truth.sh [COUNT [SEED]]
#
# COUNT (2) schemas are made on each engine, and without the extension, from SEED on.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

count=${1:-2}
seed=${2:-$((seed % 100000))}
start_server server
for engine in sqlite postgresql wire; do
	while IFS= read -r line; do
		case $line in
			'1..'*) ;;
			'ok '*) result 0 "${line#*- }" ;;
			'not ok '*) result 1 "${line#*- }" ;;
			'# '*) echo "$line" ;;
			*) echo "# $line" ;;
		esac
	done < <(perl test/truth/truth.pl "$engine" "$count" "$seed" 2>&1)
done
is "$number" $((3 * count)) 'all schemas were tried'
finish
