#!/bin/bash
# "The database is damaged" of the manual on PostgreSQL: its steps are read from
# doc/troubleshooting.md and run, on a server whose page was overwritten while it was
# stopped: with zeros, as there, and with noise.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

export PGOPTIONS='-c client_min_messages=error'

# the blocks of the section, each in a file: NUMBER.WORD, and what a text shows in NUMBER.text
mkdir "$tmp/steps"
sed -n '/^### On PostgreSQL/,/^## /p' doc/troubleshooting.md | awk -v dir="$tmp/steps" '
	/^ *```/ {
		if (file) { close(file); file = "" }
		else {
			word = $1; sub("```", "", word)
			if (word != "text") n++
			file = sprintf("%s/%02d.%s", dir, n, word)
			printf "" > file
		}
		next
	}
	file { sub(/^   /, ""); print > file }'

# run STEP HOW: runs a block; what it shows must come, where the page has zeros
run()
{
	local shown=$tmp/steps/$1.text got

	if [ -e "$tmp/steps/$1.console" ]; then
		is "$(cut -d ' ' -f 1 "$tmp/steps/$1.console" | xargs)" 'pg_ctl cp pg_ctl' "$2: step $1 stops the server, copies it and starts it"
		test/pg_server.sh stop "$tmp/server"
		cp -a "$tmp/server/data" "$tmp/damaged.$2"
		test/pg_server.sh start "$tmp/server"
		return
	fi
	got=$(psql -qAtX -d "$2" <"$tmp/steps/$1.psql" 2>&1) || true
	if [ "$2" = zeros ]; then
		is "$got" "$(cat "$shown" 2>/dev/null)" "$2: step $1 gives what the manual shows"
	else
		is "$(grep -c ERROR <<<"$got")" 0 "$2: step $1 can be done"
	fi
}

mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
start_server server "dbcare.backup_roots = '$tmp/backups'"
enable_checksums server
head -c 8192 /dev/urandom >"$tmp/noise"
for how in zeros noise; do
	postgresql_new $how
	steps=("$tmp"/steps/*.psql "$tmp"/steps/*.console)
	mapfile -t steps < <(printf '%s\n' "${steps[@]##*/}" | sort | cut -d . -f 1)
	run "${steps[0]}" $how
	file=$tmp/server/data/$(postgresql $how <<<"select pg_relation_filepath('entry')")
	test/pg_server.sh stop "$tmp/server"
	dd if="$([ $how = zeros ] && echo /dev/zero || echo "$tmp/noise")" of="$file" bs=8192 seek=2 count=1 conv=notrunc status=none
	test/pg_server.sh start "$tmp/server"
	for step in "${steps[@]:1}"; do
		run "$step" $how
	done
	is "$(postgresql $how <<<"select count(*), sum(id), max(length(text)) from entry; select count(*) from line as l join entry as e on e.id = l.entry_id")" \
		'101 5151 400
100' "$how: all rows are back"
	is "$(cmp "$tmp/damaged.$how/${file#"$tmp/server/data/"}" "$file" 2>&1 | wc -l)" 1 "$how: what was damaged is kept in the copy"
	rm -rf "$tmp/backups"/*
done
is "${#steps[@]}" 7 'all steps were run'
finish
