#!/bin/bash
# Runs dbmigrate_test() over migration sets of other projects on both engines and
# compares each step with the result of psql and sqlite3 alone.
#
# usage: test/corpora_test.sh DIR [ENGINE [SET ...]]
#
# DIR has the folders of the table in test/sets.sh and, as
# _expected/SET.ENGINE.tsv, a line per step; test/corpora.sh describes it.
# Differences in names, order of columns and text alone are cosmetic.
# The test must not change the schema: the fingerprints before and after are equal.
set -eu
dir=$(realpath -m "${1:-.}")
cd "$(dirname "$0")/.."

if [ $# -lt 1 ] || [ ! -d "$dir/_expected" ]; then
	echo "usage: $0 DIR [ENGINE [SET ...]], with the sets and their _expected outcomes" >&2
	exit 2
fi
. test/sets.sh
choose "${@:2}"

# Tests a set; writes a line per step: version, up, down, restored, number
# of tables whose rows have changed, reup.
test_set()
{
	local extension=${2#-} lines

	database=test_$set
	files=$work/files/$set.$engine
	cp -r "$dir/$1" "$files"
	chmod -R a+rX,u+w "$files"
	[ -z "$3" ] || find "$files" -type f -exec sed -i "$3" {} +
	"${engine}_new"
	call "select dbmigrate_load('$files');" >/dev/null
	mapfile -t lines < <(call 'select dbmigrate_fingerprint();
		select dbmigrate_test(); select dbmigrate_fingerprint();')
	if [ ${#lines[@]} -ne 3 ] || [ "${lines[0]}" != "${lines[2]}" ]; then
		print_error test
		return 1
	fi
	echo "${lines[1]}" >"$work/document"
	sqlite3 -batch -list -separator $'\t' :memory: >"$work/steps" <<-END
		select r.value ->> '$.version', r.value ->> '$.up', r.value ->> '$.down',
			r.value ->> '$.restored', json_array_length(r.value, '$.rows_changed'),
			r.value ->> '$.reup'
		from json_each(readfile('$work/document'), '$.results') as r;
	END
	"${engine}_remove"
}

# Compares the steps with the expected ones: writes a line for the set and a line
# per difference; fails if there is one.
compare_set()
{
	awk -F '\t' -v set="$set" -v engine="$engine" -v ms="$1" '
		function check(column, wanted, got) {
			if (wanted == got)
				return
			differences = differences sprintf("  %s %s: expected %s, got %s\n",
				$1, column, wanted == "" ? "nothing" : wanted,
				got == "" ? "nothing" : got)
			different = 1
		}
		FNR == 1 { file++ }
		file == 1 && FNR > 1 {
			up[++n] = $3 == "FAIL" ? "failed" : "ok"
			down[n] = $5 == "FAIL" ? "failed" : $5 == "ok_only_outside_tx" ? "ok" : $5
			restored[n] = $7 == "" || $7 == "fails" ? "" : $7 == "differs" ? 0 : 1
			rows[n] = $8 == "differ"
			reup[n] = $9 == "" ? "" : "ok"
		}
		file == 2 {
			different = 0
			steps++
			check("up", up[steps], $2)
			check("down", down[steps], $3)
			check("restored", restored[steps], $4)
			check("rows changed", rows[steps], $5 > 0)
			check("reup", reup[steps], $6)
			bad += different
		}
		END {
			bad += steps != n
			printf "%-16s %-9s %6d %12d %10d %7d\n%s", set, engine, steps,
				steps - bad, bad, ms, differences
			exit bad > 0
		}' "$dir/_expected/$set.$engine.tsv" "$work/steps"
}

printf '%-16s %-9s %6s %12s %10s %7s\n' set engine steps 'as expected' \
	different ms
status=0
while read -r set engine path extension changes; do
	[ -n "$set" ] && wanted || continue
	start=$EPOCHREALTIME
	if test_set "$path" "$extension" "$changes" </dev/null; then
		compare_set $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) || status=1
	else
		echo "$set, $engine: no result"
		status=1
	fi
done <<<"$all_sets"
exit $status
