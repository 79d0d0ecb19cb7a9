# The part of run.sh that measures how long a writer waits, who runs a statement a hundred times
# a second: beside a purge of marked rows, and beside the seal of the log.
# shellcheck shell=bash disable=SC2154

# Of five times as many rows, a fifth is marked.
beside_marked=${BESIDE_MARKED:-100000}
beside_entries=${BESIDE_ENTRIES:-60000}

beside_purge()
{
	echo "create table mark ($archived_columns); select dbarchive_enable('mark', '{\"mode\": \"flag\"}') is null;
		insert into mark (id, name, email, note) $(series $((beside_marked * 5))) $archived_values;
		update mark set deleted_at = '2020-01-01', deletion_id = 1 where id % 5 = 0;"
}

beside_log()
{
	echo "create table logged ($archived_columns); select dbaudit_enable('logged') is null;
		insert into logged (id, name, email, note) $(series "$beside_entries") $archived_values;"
}

# beside ENGINE TABLES WRITE CALL: what beside.py prints of a call in a new database
beside()
{
	"$1_with" "$2"
	test/bench/beside.py "$1" "$db" "$3" <<<"$4"
}

# waits NAME LIMIT COLUMN: of the rows of beside.py in $work/waits
waits()
{
	awk -v column="$3" -v limit="$2" '{ print $column, limit }' "$work/waits" | report "$1 / $2 ms" 1
}

part_beside()
{
	local engine call title

	head_line
	for engine in postgres sqlite; do
		title=$(title_of $engine)
		# with its pauses
		call="dbarchive_purge('mark', '{\"older_than_days\": 0}');"
		[ $engine = sqlite ] && call="select $call" || call="call $call"
		for _ in $(seq "$rounds"); do
			beside $engine beside_purge "update mark set note = 'x & ' where id = 1 + 5 * &" "$call"
		done >"$work/waits"
		# what it was before purging was made faster
		waits "$title: 99 % of writes beside a purge" "$([ $engine = sqlite ] && echo 96 || echo 6.9)" 2
		for _ in $(seq "$rounds"); do
			beside $engine beside_log "update logged set note = 'x & ' where id = 1 + &" 'select dbaudit_seal() is null;'
		done >"$work/waits"
		waits "$title: longest write beside a seal" 100 3
	done
}
