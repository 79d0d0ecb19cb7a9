#!/bin/bash
# Runs migration sets of other projects through dbcare on both engines, step by
# step, and compares each step with what psql and sqlite3 alone made of it.
#
# usage: test/corpora.sh DIR
#
# DIR has the folders of the table below and, as _expected/SET.ENGINE.tsv, a
# line per step: seq, version, up, up_error, down, down_error, restores, rows,
# reup, reasons.  restores and reup say whether the schema after the down, and
# after a second up, equals the one before; rows and reasons are not compared,
# since a fingerprint does not cover them.
#
# Each step is applied permanently.  Its down and a second up are then tested in a
# transaction that is rolled back or in a copy of the file, so that every step
# starts from the schema of the ups before it.  Scripts that dbcare refuses to run
# inside a transaction are run by psql or sqlite3, and recorded with
# dbmigrate_baseline().  A set ends at its first up that fails, since dbcare stops
# there.  At the end everything is rolled back as far as the downs allow.
set -eu
dir=$(realpath -m "${1:-.}")
cd "$(dirname "$0")/.."

# set, engine, folder, and the extension it takes to be there
sets='
authelia postgres authelia/internal/storage/migrations/postgres
authelia sqlite authelia/internal/storage/migrations/sqlite
chirpstack postgres chirpstack/chirpstack/migrations_postgres pg_trgm
chirpstack sqlite chirpstack/chirpstack/migrations_sqlite
crates.io postgres crates.io/migrations
diesel-examples postgres diesel-examples/migrations/postgres
diesel-examples sqlite diesel-examples/migrations/sqlite
influxdb sqlite influxdb/sqlite/migrations
plandex postgres plandex/app/server/migrations
'

if [ $# -ne 1 ] || [ ! -d "$dir/_expected" ]; then
	echo "usage: $0 DIR, with the sets and their _expected outcomes" >&2
	exit 2
fi
. test/sets.sh

# ---- one step ----

# Whether two fingerprints are equal.
compare()
{
	[ -n "$1" ] && [ "$1" = "$2" ] && echo equal || echo differs
}

# What was run by the plain tool and baselined is taken back, too.
take_back="select dbmigrate_rollback(null,
	'{\"include_baselined\": true, \"allow_empty_down\": true}');"

# Whether the down script of the last version applied has no statement.
has_empty_down()
{
	! call "select * from dbmigrate_plan(null, '{\"direction\": \"down\"}');" >/dev/null &&
		grep -q 'down script of migration .* is empty' "$work/error"
}

# Tests down and second up of the last version applied by dbcare; sets down,
# restores and reup, or fails if dbcare refuses.
test_down()
{
	local sql="$take_back select dbmigrate_fingerprint();"
	local again="select dbmigrate_apply('$1'); select dbmigrate_fingerprint();"
	local lines

	down=ok
	if has_empty_down; then
		down=empty
		again=
	fi
	mapfile -t lines < <("${engine}_trial" "$sql $again")
	if [ ${#lines[@]} -lt 2 ]; then
		! refused || return 1
		print_error "$1 down"
		down=FAIL
		has_place || down='FAIL without a place'
		return
	fi
	restores=$(compare "$before" "${lines[1]}")
	if [ -n "$again" ]; then
		reup=$(compare "$after" "${lines[3]-failed}")
		[ -n "${lines[3]-}" ] || print_error "$1 second up"
	fi
}

# The same without dbcare, for good: nothing can be taken back outside a
# transaction.
test_down_plain()
{
	print_error "$1 down"
	down=refused
	if ! run_plain "$1" down; then
		down='refused, FAIL'
		print_error "$1 down without dbcare"
		return
	fi
	restores=$(compare "$before" "$(call 'select dbmigrate_fingerprint();')")
	run_plain "$1" up || print_error "$1 second up without dbcare"
	reup=$(compare "$after" "$(call 'select dbmigrate_fingerprint();')")
}

# Takes one step and writes down how it went; fails if its up does.
step()
{
	local version=$1 reversible=$2
	local before=$after up down= restores= reup=

	apply "$version"
	if [ "${up%% *}" != FAIL ]; then
		after=$(call 'select dbmigrate_fingerprint();')
		down=missing
		if [[ $reversible = [t1] ]] || has_empty_down; then
			test_down "$version" || test_down_plain "$version"
		fi
	fi
	printf '%s\t%s\t%s\t%s\t%s\n' \
		"$version" "$up" "$down" "$restores" "$reup" >>"$work/$database.steps"
	[ "${up%% *}" != FAIL ]
}

# ---- a whole set ----

# Takes the last applied version back; what dbcare refuses is run by the plain
# tool and taken out of the ledger by hand.
roll_back_one()
{
	if call "$take_back" >/dev/null; then
		return
	fi
	refused && run_plain "$1" down &&
		call "delete from ${prefix}ledger where version = '$1';"
}

# Rolls everything back as far as the downs allow.
roll_back()
{
	local version count=0

	while version=$(call 'select dbmigrate_version();') && [ -n "$version" ]; do
		if ! roll_back_one "$version"; then
			print_error "$count taken back, then $version down"
			return
		fi
		count=$((count + 1))
	done
	echo "  all $count taken back, schema" \
		"$(compare "$1" "$(call 'select dbmigrate_fingerprint();')"), downs that" \
		"do not restore: $(awk -F '\t' '$4 == "differs" { n++ } END { print n + 0 }' \
			"$work/$database.steps")"
}

# Runs one set on one engine.
run_set()
{
	local set=$1 engine=$2 folder=$3 extension=${4-}
	local database=$1.$2 files=$work/files/$1.$2 start=$EPOCHREALTIME
	local prefix after empty version reversible

	echo "$set, $engine"
	cp -r "$dir/$folder" "$files"
	chmod -R a+rX "$files"
	"${engine}_new"
	call "select dbmigrate_load('$files');" >/dev/null || {
		print_error load
		return 1
	}
	after=$(call 'select dbmigrate_fingerprint();')
	empty=$after
	while IFS='|' read -r version reversible; do
		step "$version" "$reversible" || break
	done < <(call 'select version, reversible from dbmigrate_status();')
	echo "$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))" \
		>"$work/$database.ms"
	roll_back "$empty"
}

# Compares the steps of a set with the expected ones: writes its line of the
# table, and every difference; fails if there is one.
compare_set()
{
	awk -F '\t' -v set="$1" -v engine="$2" -v ms="$(cat "$work/$1.$2.ms")" \
		-v differences="$work/differences" '
		function differ(column, wanted, got) {
			printf "%s %s %s %s: expected %s, got %s\n", set, engine, version,
				column, wanted == "" ? "nothing" : wanted,
				got == "" ? "nothing" : got >>differences
			different = 1
		}
		function check(column, wanted, got) {
			if (wanted != got && wanted != "any")
				differ(column, wanted, got)
		}
		function schema(outcome) {
			# a fingerprint does not count the order of columns, but the layout
			# of functions, which is called the same
			return outcome == "" || outcome == "fails" ? "" : \
				outcome == "identical" ? "equal" : \
				outcome == "order" ? "any" : "differs"
		}
		FNR == 1 { file++; next }
		file == 1 {
			split($2, part, "_")
			gsub("-", "", part[1])
			expected[++n] = part[1]
			up[n] = $3 == "ok_notx_marked" ? "refused" : $3
			down[n] = $5 == "ok_only_outside_tx" ? "refused" : $5
			restores[n] = schema($7)
			reup[n] = schema($9)
		}
		file == 2 {
			version = $1
			different = 0
			steps++
			check("version", expected[steps], version)
			check("up", up[steps], $2)
			# a step that is refused is refused in both directions
			if ($3 ~ /^refused/ && (up[steps] == "refused" || down[steps] == "refused"))
				check("down", down[steps] == "refused" ? "ok" : down[steps],
					$3 == "refused" ? "ok" : substr($3, 10))
			else
				check("down", down[steps], $3)
			check("restores", restores[steps], $4)
			check("reup", reup[steps], $5)
			good += !different
			refused += $2 == "refused" || $3 ~ /^refused/
			failed += $2 ~ /FAIL/ || $3 ~ /FAIL/
			stopped = $2 ~ /FAIL/
		}
		END {
			version = expected[steps + 1]
			bad = steps - good
			if (!stopped && steps < n) {
				differ("step", "one", "none")
				bad++
			}
			printf "%-16s %-9s %6d %12d %10d %8d %7d %7d\n", set, engine, steps,
				good, bad, refused, failed, ms
			exit bad > 0
		}' "$dir/_expected/$1.$2.tsv" "$work/$1.$2.steps"
}

table=$(printf '%-16s %-9s %6s %12s %10s %8s %7s %7s' set engine steps \
	'as expected' different refused failed ms)
status=0
while read -r set engine folder extension; do
	[ -n "$set" ] || continue
	printf 'seq\tup\tdown\trestores\treup\n' >"$work/$set.$engine.steps"
	echo 0 >"$work/$set.$engine.ms"
	run_set "$set" "$engine" "$folder" "$extension" </dev/null || status=1
	table+=$'\n'$(compare_set "$set" "$engine") || status=1
done <<<"$sets"
printf '\n%s\n' "$table"
if [ -s "$work/differences" ]; then
	printf '\ndifferences:\n'
	cat "$work/differences"
fi
exit $status
