#!/bin/bash
# dbsync_export with the option mask: values of masked columns are not in the
# file, whatever became of the log.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
# the server writes there, too
out=$tmp/out
mkdir "$out"
chmod 777 "$out"

export_to() { "$1" shop <<<"select dbsync_export('$out/$2', '{\"mask\": true, \"overwrite\": true}');" 2>&1 || true; }

for engine in postgresql sqlite; do
	"${engine}_new" shop
	"$engine" shop <<-'END' >"$tmp/made"
		create table person (id integer primary key, name varchar(40) not null unique, email text, born date not null, pay numeric(10, 2) not null, city text);
		insert into person values (1, 'hidden-a', 'hidden-b', '1911-11-11', 4711.17, 'Rome'), (2, 'hidden-c', null, '1911-11-11', 4711.17, 'Oslo');
		create table plain (id integer primary key, name text);
		insert into plain values (1, 'shown');
	END
	like "$(export_to $engine none)" '"masked": 0' "$engine: without a log nothing is masked"
	like "$(cat -v "$out/none")" hidden-a "$engine: ... and the values are in the file"
	like "$("$engine" shop <<<"select dbsync_export('$out/named', '{\"overwrite\": true, \"mask_columns\": {\"person\": [\"name\", \"email\"]}}');")" '"masked": 2' "$engine: columns are masked without a log"
	is "$(grep -c hidden "$out/named")" 0 "$engine: ... and the file has no value of them"
	like "$(cat -v "$out/named")" 'shown' "$engine: ... but values of other tables"
	like "$("$engine" shop <<<"select dbsync_export('$out/bad', '{\"mask_columns\": {\"person\": [\"nam\"]}}');" 2>&1 || true)" 'column nam of table .* cannot be masked' "$engine: an unknown column is an error"
	like "$("$engine" shop <<<"select dbsync_export('$out/bad', '{\"mask_columns\": {\"person\": [\"id\"]}}');" 2>&1 || true)" 'column id of table .* cannot be masked' "$engine: so is one of the key"
	like "$("$engine" shop <<<"select dbsync_export('$out/bad', '{\"tables\": [\"plain\"], \"mask_columns\": {\"person\": [\"name\"]}}');" 2>&1 || true)" 'person, which is not exported' "$engine: so is a table that is not exported"
	like "$("$engine" shop <<<"select dbsync_export('$out/bad', '{\"mask_columns\": {\"person\": \"name\"}}');" 2>&1 || true)" 'has no list of columns for table person' "$engine: so is what is no list"
	"$engine" shop <<<"select dbaudit_enable('person', '{\"mask\": [\"name\", \"email\", \"born\", \"pay\"]}');" >"$tmp/made"
	like "$(export_to $engine masked)" '"masked": 4' "$engine: columns are masked"
	is "$(grep -cE 'hidden|1911|4711' "$out/masked")" 0 "$engine: ... and their values are not in the file"
	is "$(grep -c 'Rome' "$out/masked")" 1 "$engine: ... others are"
	"$engine" shop <<<"select dbaudit_disable('person');" >"$tmp/made"
	like "$(export_to $engine masked)" '"masked": 4' "$engine: also when the log has ended"
	"$engine" shop <<<"delete from person;" >"$tmp/made"
	chmod 644 "$out/masked" 2>"$tmp/error" || true
	like "$("$engine" shop <<<"select dbsync_import('$out/masked', '{\"tables\": [\"person\"]}');")" '"written": 2' "$engine: they are imported"
	is "$("$engine" shop <<<"select id, name, coalesce(email, 'none'), born, round(pay), city from person order by id;" | sed 's/0\.0/0/')" "1 masked 1 none 1970-01-01 0 Rome
2 masked 2 none 1970-01-01 0 Oslo" "$engine: with values that are not null where they must not be"
	"$engine" shop <<<"alter table person rename column email to mail;"
	like "$(export_to $engine renamed)" 'column email of table .* is masked in the log' "$engine: a column that is not found is an error"
done
finish
