#!/bin/bash
# Compares the contract, which is functions with their arguments, options, columns and
# members of results, and settings, with that of the last release,
# expected/contract.txt: what differs is named in the first section of CHANGELOG.md.  Before
# a version is released, with its date in CHANGELOG.md, the file is that of its sources.
# Prints TAP.
#
# usage: test/contract.sh [--accept]
#
# The PostgreSQL server is the one the environment names.
set -euo pipefail
cd "$(dirname "$0")/.."

database=dbcare_contract
out=build/check
mkdir -p "$out"
export PGOPTIONS='-c client_min_messages=warning'
changes=CHANGELOG.md
accepted=expected/contract.txt

# One line for each thing that a caller can depend on: what it is, its name, the rest.
lines()
{
	jq -r '
		def members(path): (.required // []) as $always
			| (.properties // {}) | to_entries[]
			| (path + "." + .key) as $name
			| "member \($name) \([.value.type // "any"] | flatten | join("|"))\(if .key | IN($always[]) then "" else ", sometimes" end)",
			  (.value | members($name)), (.value.items // {} | members($name));
		if has("arguments") then
			. as $f | "function \(.name)(\(.arguments)) -> \(.result), \(.class)",
			(.options // [] | .[] | "option \($f.name).\(.name) \(.type)"
				+ (if .minimum != null or .maximum != null then " \(.minimum)..\(.maximum)" else "" end)
				+ (if .choices then " \(.choices | join("|"))" else "" end)
				+ (if .default then " = \(.default)" else "" end)),
			(.result_schema // {} | members($f.name))
		else "setting \(.name)\(if .default_value then " = \(.default_value)" else "" end)" end' |
		LC_ALL=C sort
}

on_postgresql()
{
	psql -qX -d postgres -v ON_ERROR_STOP=1 \
		-c "drop database if exists $database" -c "create database $database"
	psql -qAtX -v ON_ERROR_STOP=1 -d $database <<-'END'
		create extension dbcare;
		select to_json(f) from dbcare_functions() as f;
		select to_json(s) from (select name, default_value from dbcare_settings()) as s;
	END
	psql -qX -d postgres -c "drop database $database"
}

on_sqlite()
{
	sqlite3 -batch -list :memory: <<-'END'
		.load ./sqlite_ext/dbcare
		select json_object('name', name, 'class', class, 'arguments', arguments, 'result', result,
		    'options', json(options), 'result_schema', json(result_schema)) from dbcare_functions();
		select json_object('name', name, 'default_value', default_value) from dbcare_settings();
	END
}

version=$(sed -n 's/^	"version": "\(.*\)",/\1/p' META.json)
on_postgresql | lines >"$out/contract.postgresql"
on_sqlite | lines >"$out/contract.sqlite"
{
	echo "# The contract of dbcare ${version%.*}; lines of one engine name it."
	{
		LC_ALL=C comm -12 "$out/contract.postgresql" "$out/contract.sqlite"
		LC_ALL=C comm -23 "$out/contract.postgresql" "$out/contract.sqlite" | sed 's/$/ [PostgreSQL]/'
		LC_ALL=C comm -13 "$out/contract.postgresql" "$out/contract.sqlite" | sed 's/$/ [SQLite]/'
	} | LC_ALL=C sort
} >"$out/contract.txt"

# What the first section of changes says, and whether it is that of the accepted contract.
section=$(awk '/^## / && n++ { exit } n' "$changes")
if ! grep -qF '(unreleased)' <<<"$section" && [ -f "$accepted" ]; then
	released=yes
elif [ "$(head -n 1 "$accepted" 2>/dev/null)" = "$(head -n 1 "$out/contract.txt")" ]; then
	released=no
else
	released=before
fi
if [ "${1-}" = --accept ]; then
	if [ $released = yes ]; then
		echo "the contract of dbcare $version is released: only another version has another one" >&2
		exit 1
	fi
	cp "$out/contract.txt" "$accepted"
fi

# The names of what differs, each once.
changed()
{
	{ diff "$accepted" "$out/contract.txt" || true; } | sed -nE 's/^[<>] (function|option|member|setting) ([a-z0-9_.]+).*/\2/p' | sort -u
}
echo 1..1
if [ $released = before ]; then
	title='what differs from the contract of the last release is in CHANGELOG.md'
	# a member is named by itself or with its function
	wrong=$(changed | while read -r name; do
		grep -qwF -e "$name" <<<"$section" || echo "$name has changed, and CHANGELOG.md does not name it"
	done)
else
	title='the contract is that of expected/contract.txt'
	wrong=$(diff -u "$accepted" "$out/contract.txt" 2>&1 || true)
fi
if [ -z "$wrong" ]; then
	echo "ok 1 - $title"
else
	echo "not ok 1 - $title"
	sed 's/^/# /' <<<"$wrong"
	exit 1
fi
