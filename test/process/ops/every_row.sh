#!/bin/bash
# Random filters: dbops_delete refuses each that matches every row, and accepts
# what people write.  Prints TAP.
#
# usage: every_row.sh [FILTERS [SEED]]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

filters=${1:-1000}
seed=${2:-$seed}

# an error of one filter must not end the script
psql_shell=(psql -qAtX)
sqlite_shell=(sqlite3 -batch -list -cmd '.load ./sqlite_ext/dbcare')

# Filters that leave rows, of columns that cannot be null.
plain()
{
	local filter

	for filter in '{"id": 1}' '{"id": {"lt": 5}}' '{"id": {"gte": 5}}' '{"s": "a"}' '{"b": true}' \
		'{"id": {"in": [1, 2]}}' '{"id": {"not_in": [1]}}' '{"any": [{"id": 1}, {"s": "a"}]}' \
		'{"s": {"like": "a%"}}' '{"n": null}' '{"n": {"is_null": false}}' '{"not": {"id": 1}}'; do
		echo "begin; select 'done' where dbops_delete('t', '$filter') is not null; rollback;"
	done
}

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" every
	perl test/process/ops/every_row.pl "$seed" "$filters" "$engine" >"$tmp/script.sql"
	"$engine" every <"$tmp/script.sql" >"$tmp/output" 2>&1 || true
	perl test/process/ops/every_row.pl "$seed" "$filters" judge <"$tmp/output" >"$tmp/problems"
	is "$(head -30 "$tmp/problems")" '' "$filters filters with seed $seed on $engine"
	is "$(plain | "$engine" every 2>&1 | sort | uniq -c | sed 's/^ *//')" '12 done' \
		"filters that leave rows on $engine"
	"$engine" every >"$tmp/production" 2>&1 <<-'END' || true
		select 'set' where dbcare_set('environment', 'production') is not null;
		select dbops_delete('t', '{"id": {"not_in": []}}', '{"all": true}');
		select dbops_update('t', '{"n": 1}', '{}', '{"all": true, "confirm": "other"}');
	END
	like "$(cat "$tmp/production")" 'the call deletes all rows of the table.*is not the name of this production database' \
		"all rows in production want confirmation on $engine"
done
finish
