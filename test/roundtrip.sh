#!/bin/bash
# Shows that dbmigrate_diff() leads from each version of a migration set to the
# next one and back, and from nothing to whole schemas and back.
#
# usage: test/roundtrip.sh DIR [ENGINE [SET ...]]
#
# DIR has the folders of the tables below.  One database runs the steps of a set.
# In a second one, the diff of the schemas before and after a step is a migration,
# which is applied, rolled back and applied again.  Each time its fingerprint must
# equal that of the target schema.  Scripts that dbcare refuses to run inside a
# transaction are run by psql or sqlite3, and a set ends at its first failing step.
set -eu
dir=$(realpath -m "${1:-.}")
cd "$(dirname "$0")/.."

# schema, engine, files
synapse=synapse/synapse/storage/schema
temporal=temporal/schema
schemas="
chinook postgres chinook/ChinookDatabase/DataSources/Chinook_PostgreSql_AutoIncrementPKs.sql
chinook sqlite chinook/ChinookDatabase/DataSources/Chinook_Sqlite.sql
danbooru postgres danbooru/db/structure.sql
inaturalist postgres inaturalist/db/structure.sql
northwind sqlite northwind-sqlite/src/create.sql
synapse postgres $synapse/common/full_schemas/72/full.sql.postgres $synapse/main/full_schemas/72/full.sql.postgres $synapse/state/full_schemas/72/full.sql.postgres
synapse sqlite $synapse/common/full_schemas/72/full.sql.sqlite $synapse/main/full_schemas/72/full.sql.sqlite $synapse/state/full_schemas/72/full.sql.sqlite
temporal postgres $temporal/postgresql/v12/temporal/schema.sql $temporal/postgresql/v12/visibility/schema.sql
temporal sqlite $temporal/sqlite/v3/temporal/schema.sql $temporal/sqlite/v3/visibility/schema.sql
"

if [ $# -lt 1 ] || [ ! -d "$dir" ]; then
	echo "usage: $0 DIR [ENGINE [SET ...]], with the sets in DIR" >&2
	exit 2
fi
. test/sets.sh
choose "${@:2}"

# ---- one pair ----

# SQL for the document of a schema kept in a file.
document()
{
	echo "cast($("${engine}_file" "$1") as ${json})"
}

# The objects of a document of a schema, one a line.
objects()
{
	tr -d '\n' <"$work/$1" | sed -e 's/"fingerprint": "[^"]*"//' \
		-e 's/{"name":/\n&/g' -e 's/, "depends_on": \[[^]]*\]//g'
}

# complain WHAT: notes what went wrong with a pair, and how; fails.
complain()
{
	echo "  $version: $1"
	sed -E -e 's/^psql:[^ ]*: |^(Runtime e|E)rror near line [0-9]+: //' \
		-e 's/^/    /' "$work/error" | head -n 12
	return 1
}

# differ FILE WHAT: complains that the schema is not that of the file.
differ()
{
	call 'select dbmigrate_schema();' >"$work/got.json"
	diff -U 0 <(objects "$1") <(objects got.json) |
		grep -vE '^(@@|---|[+]{3})' | cut -c -300 >"$work/error" || true
	complain "$2 differs"
}

# The fingerprint in the document of a schema.
fingerprint_of()
{
	sed -n 's/.*"fingerprint": "\([0-9a-f]*\)".*/\1/p' "$work/$1"
}

# way FROM TO: SQL for the script from one document to another.
way()
{
	echo "dbmigrate_diff($(document "$1"), $(document "$2")) ->> 'up'"
}

# Takes the follower from old.json to new.json, back and forth again.
follow()
{
	local lines prints failed=

	lines=$(call "select dbmigrate_add('$number', 'pair', $(way old.json new.json),
			$(way new.json old.json));
		select dbmigrate_apply();
		select dbmigrate_fingerprint();
		select dbmigrate_rollback();
		select dbmigrate_fingerprint();
		select dbmigrate_apply();") || failed=yes
	mapfile -t prints < <(grep -xE '[0-9a-f]{64}' <<<"$lines")
	if [ -n "$failed" ]; then
		case ${#prints[@]} in
			0) complain 'up fails' ;;
			1) complain 'down fails' ;;
			*) complain 'second up fails' ;;
		esac
	elif [ "${prints[0]}" != "$(fingerprint_of new.json)" ]; then
		differ new.json up
	elif [ "${prints[1]}" != "$(fingerprint_of old.json)" ]; then
		call 'select dbmigrate_rollback();' >/dev/null
		differ old.json down
	fi
}

# Judges the step that has led the walker from old.json to new.json.
pair()
{
	local database=follower.$engine

	pairs=$((pairs + 1))
	number=$((number + 1))
	if [ "$(fingerprint_of old.json)" = "$(fingerprint_of new.json)" ] || follow; then
		good=$((good + 1))
	else
		status=1
		"${engine}_copy" "$1" "$database"
	fi
}

# ---- whole sets ----

# Starts a walker and a follower, both empty.
begin()
{
	database=follower.$engine
	extension=$1
	"${engine}_remove"
	"${engine}_new"
	database=$set.$engine
	"${engine}_new"
	pairs=0
	good=0
	number=0
	json=text
	[ "$engine" = sqlite ] || json=jsonb
	call 'select dbmigrate_schema();' >"$work/old.json"
}

# Ends a set: a line of the table.
end()
{
	table+=$'\n'$(printf '%-16s %-9s %6d %6d %6d %7d' "$set" "$engine" "$pairs" \
		"$good" $((pairs - good)) $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)))
}

# Judges the steps of a migration set: folder, extension, sed.
run_set()
{
	local version up start=$EPOCHREALTIME

	echo "$set, $engine"
	files=$work/files/$set.$engine
	cp -r "$dir/$1" "$files"
	chmod -R a+rX,u+w "$files"
	[ -z "$3" ] || find "$files" -type f -exec sed -i "$3" {} +
	begin "${2#-}"
	call "select dbmigrate_load('$files');" >/dev/null || {
		print_error load
		status=1
		return
	}
	while IFS= read -r version; do
		apply "$version"
		[ "${up%% *}" != FAIL ] || break
		call 'select dbmigrate_schema();' >"$work/new.json"
		pair "$database"
		mv "$work/new.json" "$work/old.json"
	done < <(call 'select version from dbmigrate_status();')
	end
}

# Judges a whole schema against nothing; what of it needs an extension that is
# not there is left out.
run_schema()
{
	local version=all start=$EPOCHREALTIME file

	echo "$set, $engine"
	begin ''
	for file in "$@"; do
		# these make a database of their own
		sed -E '/^(DROP|CREATE) DATABASE|^\\c /d' "$dir/$file" >"$work/plain.sql"
		"${engine}_try" "$work/plain.sql"
	done
	call 'select dbmigrate_schema();' >"$work/new.json"
	pair "$database"
	end
}

table=$(printf '%-16s %-9s %6s %6s %6s %7s' set engine pairs good failed ms)
status=0
while read -r set engine path extension changes; do
	[ -z "$set" ] || ! wanted || run_set "$path" "$extension" "$changes" </dev/null
done <<<"$all_sets"
while read -r set engine paths; do
	# shellcheck disable=SC2086
	[ -z "$set" ] || ! wanted || run_schema $paths </dev/null
done <<<"$schemas"
printf '\n%s\n' "$table"
exit "$status"
