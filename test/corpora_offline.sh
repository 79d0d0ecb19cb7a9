#!/bin/bash
# dbcare lint without a database on the scripts of other projects: the findings are those of
# the extension in an empty database, and no script ends the command.
#
# usage: test/corpora_offline.sh DIR
#
# Scripts that the server refuses as a whole, such as those of MySQL, must have a statement
# that is not parsed, or be refused as well.
set -eu
dir=$(realpath -m "${1:-.}")
cd "$(dirname "$0")/.."

if [ $# -lt 1 ] || [ ! -d "$dir" ]; then
	echo "usage: $0 DIR" >&2
	exit 2
fi
tmp=$(mktemp -d)
chmod 755 "$tmp"
trap 'test/pg_server.sh stop "$tmp/server" immediate; rm -rf "$tmp"' EXIT
test/pg_server.sh start "$tmp/server"
. "$tmp/server/env"
psql -qX -d postgres -c 'create database offline'
psql -qX -d offline -c 'create extension dbcare'

# findings FLAG ...: of the script in standard input, a line each; "refused" for a whole script.
findings()
{
	local code=0

	build/dbcare lint --ignore lock-timeout-missing --json "$@" - >"$tmp/json" 2>"$tmp/error" || code=$?
	[ "$code" -le 2 ] || echo "exit code $code"
	cat "$tmp/error"
	jq -r '.[]? | if .rule == "refused" or .rule == "not-parsed" then "refused" else
		"\(.line) \(.rule) \(.severity) \(.message) \(.suggestion)" end' "$tmp/json"
}

total=0
refused=0
failed=0
while IFS= read -r script; do
	# a byte order mark is a blank to the command, and an error of the server
	[ "$(head -c 3 "$script")" != $'\xef\xbb\xbf' ] || continue
	total=$((total + 1))
	findings --db dbname=offline <"$script" >"$tmp/with"
	findings --dialect postgresql <"$script" >"$tmp/without"
	if [ "$(cat "$tmp/with")" = refused ] && grep -qx refused "$tmp/without" && ! grep -q '^exit code' "$tmp/without"; then
		refused=$((refused + 1))
	elif ! cmp -s "$tmp/with" "$tmp/without"; then
		failed=$((failed + 1))
		echo "$script"
		diff "$tmp/with" "$tmp/without" | head -5
	fi
done < <(find "$dir" -name '*.sql' -size -2M | grep -v sqlite | sort)
echo "$total scripts, $refused of them refused by the server, $failed with other findings"
[ "$total" -gt 0 ] && [ "$failed" -eq 0 ]
