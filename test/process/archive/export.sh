#!/bin/bash
# dbarchive_export: values, files that are complete or not there, links, full
# disks, privileges, and memory that does not grow with the rows.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
# the server writes there, too
out=$tmp/out
mkdir "$out" "$tmp/closed"
chmod 777 "$out"
chmod 555 "$tmp/closed"

# export_to ENGINE PATH [OPTIONS]
export_to()
{
	"$1" shop <<<"select dbarchive_export('thing', '$2'${3+, '$3'})" || true
}

for engine in postgresql sqlite; do
	"${engine}_new" shop
	other=
	[ $engine = postgresql ] || other=x
	"$engine" shop <<-END
		create table thing (id integer primary key, name text, amount numeric);
		insert into thing values (1, 'a "b"', 1.10), (2, null, 12345678901234567), (3, '', null);
	END
	like "$(export_to $engine "$out/a")" '"rows": 3, "bytes": [0-9]+' "$engine: rows are written"
	is "$(jq -c .id "$out/a" | tr '\n' ' ')" '1 2 3 ' "$engine: as JSON"
	like "$(stat -c %a "$out/a")" 600 "$engine: for the owner alone"
	before=$(cat "$out/a")
	like "$(export_to $engine "$out/a" '{"format": "csv"}')" 'file ".*/a" exists' "$engine: a file is not replaced"
	is "$(cat "$out/a")" "$before" "$engine: ... and stays"
	like "$(export_to $engine "$out/a" '{"format": "csv", "overwrite": true}')" '"format": "csv"' \
		"$engine: unless that is asked for"
	is "$(cut -d, -f 1,2 "$out/a")" 'id,name
1,"a ""b"""
2,
3,""' "$engine: CSV tells null from an empty text"
	export_to $engine "$out/b.zst" '{"compress": "zstd"}' >"$tmp/made"
	! command -v zstd >"$tmp/found" || is "$(zstd -dc "$out/b.zst")" "$before" "$engine: zstd"

	# links and what is no file
	ln -s "$out/a" "$out/link"
	mkdir "$out/dir"
	like "$(export_to $engine "$out/link" '{"overwrite": true}')" 'is not a regular file' "$engine: a link is not followed"
	like "$(export_to $engine "$out/dir" '{"overwrite": true}')" 'is not a regular file' "$engine: a directory is not replaced"
	ln -s "$out/nothing" "$out/dangling"
	like "$(export_to $engine "$out/dangling")" 'is not a regular file' "$engine: a link to nothing is not followed"
	like "$(export_to $engine "$out/none/a")" 'cannot be written: No such file' "$engine: a directory must exist"
	like "$("$engine" shop <<<"select dbarchive_export('thing', '$out/c', '{\"where\": \"1 = 1); delete from thing where (1 = 1\"}')" || true)" \
		'syntax error|is not a condition' "$engine: a condition is no second statement"
	like "$("$engine" shop <<<"select dbarchive_export('thing', '$out/c', '{\"where\": \"id > 1 and 1 / (id - 3) = 1 or abs(-9223372036854775807 - id) > 0\"}')" || true)" \
		'ERROR|rror' "$engine: a failure while rows are read"
	is "$(cd "$out" && ls | grep -c '^c\|tmp')" 0 "$engine: ... leaves nothing"

	# many rows
	"$engine" shop <<-END
		create table big as with recursive n (id) as (select 1 union all select id + 1 from n where id < 200000)
			select id, '$(printf 'x%.0s' {1..200})' as filler from n;
	END
	if [ $engine = sqlite ]; then
		peak=$("$engine" shop <<-END
			select dbarchive_export('big', '$out/big') is null;
			.shell grep VmHWM /proc/\$PPID/status
		END
		)
	else
		peak=$("$engine" shop <<-END
			select dbarchive_export('big', '$out/big') is null;
			select regexp_replace(line, '\D', '', 'g') as k from regexp_split_to_table(pg_read_file('/proc/self/status'), '\n') as line where line like 'RssAnon%';
		END
		)
	fi
	like "$(stat -c %s "$out/big")" '^4[0-9]{7}$' "$engine: 40 MB"
	is $(($(grep -o '[0-9]*' <<<"$peak" | tail -1) < 40000)) 1 "$engine: memory does not grow with the rows"

	rm -rf "${out:?}"/*
done

# A limit of the size of files stands for a full disk.
ulimit -S -f 20000
like "$(trap '' XFSZ; sqlite shop <<<"select dbarchive_export('big', '$out/full')" || true)" \
	"dbcare: file \"$out/full\" cannot be written: File too large" 'sqlite: a full disk'
like "$(sqlite shop <<<"select dbarchive_export('thing', '$tmp/shop.db', '{\"overwrite\": true}')" || true)" 'is the database' \
	'sqlite: the database is not replaced'
start_server small
ulimit -S -f unlimited
postgresql_new shop
postgresql shop <<-END
	create table big as select id, repeat('x', 400000) as filler from generate_series(1, 100) as id;
	create role writer;
	grant execute on function dbarchive_export to writer;
	grant all on big to writer;
END
like "$(postgresql shop <<<"select dbarchive_export('big', '$out/full')" || true)" \
	"file \".*\" cannot be written: File too large" 'postgresql: a full disk'
is "$(ls "$out")" '' '... leaves nothing'
like "$(postgresql shop <<<"select dbarchive_export('big', '$tmp/closed/a')" || true)" \
	'cannot be written: Permission denied' 'postgresql: a directory where nothing may be written'
like "$(postgresql shop <<<"select dbarchive_export('big', 'a')" || true)" 'is not an absolute path' 'postgresql: a relative path'
like "$(postgresql shop <<<"set role writer; select dbarchive_export('big', '$out/a')" || true)" \
	'permission denied to write file' 'postgresql: a role without pg_write_server_files'
postgresql shop <<<'revoke all on big from writer; grant pg_write_server_files to writer'
like "$(postgresql shop <<<"set role writer; select dbarchive_export('big', '$out/a')" || true)" \
	'permission denied for table big' 'postgresql: a role that may not read the table'
is "$(ls "$out")" '' '... and nothing is there'
finish
