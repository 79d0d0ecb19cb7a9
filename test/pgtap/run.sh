#!/bin/bash
# Runs test/pgtap/ROOM/*.sql on the server the environment names and prints TAP;
# below a test that fails stands its place.
#
# usage: test/pgtap/run.sh [ROOM | ROOM/NAME ...]
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# -gt 0 ] || set -- $(ls -d test/pgtap/*/ | xargs -n 1 basename)
files=()
for name in "$@"; do
	if [ -d "test/pgtap/$name" ]; then
		files+=("test/pgtap/$name"/*.sql)
	else
		files+=("test/pgtap/${name%.sql}.sql")
	fi
done
# its thousand functions once, not in the transaction of each file
psql -qX -d postgres -c 'set client_min_messages = warning' -c 'create extension if not exists pgtap'
pg_prove --verbose --dbname postgres "${files[@]}" 2>&1 | awk -v quote="'" '
	/^test\/pgtap\/[^ ]+\.sql \.\./ { file = $1 }
	{ print }
	/^not ok [0-9]+ - / {
		title = $0
		sub(/^not ok [0-9]+ - /, "", title)
		gsub(quote, quote quote, title)
		place = file
		for (line = 1; (getline text <file) > 0; line++)
			if (place == file && index(text, quote title quote))
				place = file ":" line
		close(file)
		print "# " place
	}'
