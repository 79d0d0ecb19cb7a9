#!/bin/bash
# Whether advised indexes are good ones: none makes a query more expensive, and
# they save 80 % of what the best index of two columns saves; see
# test/truth/advice.pl.  Prints TAP, a test per query and engine.
#
# usage: test/process/advise/truth.sh [SCALE [costs|times [SETS]]]
#
# By default costs are compared, with few rows (SCALE 0.002) of the set music, on one
# engine, in make soak on both.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

sets=${3:-music}
start_server server
mapfile -t engines < <(sample 1 sqlite postgresql)
for set in $sets; do
	for engine in "${engines[@]}"; do
		while IFS= read -r line; do
			case $line in
				'1..'*) ;;
				'ok '*) result 0 "$engine: ${line#*- }" ;;
				'not ok '*) result 1 "$engine: ${line#*- }" ;;
				*) echo "# ${line#\# }" ;;
			esac
		done < <(perl test/truth/advice.pl "$engine" "$set" "${1:-0.002}" "${2:-costs}" 2>&1)
	done
done
promises=0
[[ ${2:-costs} != costs || " ${engines[*]} " != *' sqlite '* ]] || promises=$(wc -w <<<"$sets")
is "$number" $((promises + ${#engines[@]} * $(cat $(printf 'test/truth/advice/%s/queries.sql ' $sets) | grep -c '^-- '))) 'all queries were tried'
finish
