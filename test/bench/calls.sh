# The part of run.sh that measures calls for one row, in one transaction of one session,
# each call against its goal: so many microseconds of the processor, and dbops_select()
# against the SELECT that gives the same JSON.  The first call of a session, which has loaded
# the library, has a goal of its own and is none of the others.  A plain INSERT into the same
# table, which has constraints of each kind, says what the computer does.
# shellcheck shell=bash disable=SC2154

call_rows=500

call_tables()
{
	cat <<-END
		create table parent (id integer primary key);
		insert into parent values (1), (2);
		create table item (id integer primary key, name text not null check (length(name) > 1),
		  age int check (age between 0 and 150), parent_id int references parent, email text unique);
		create table kept (id integer primary key, name text);
		insert into kept $(series $((call_rows + 1))) i, 'name' from s;
		select dbarchive_enable('kept', '{"mode": "flag"}') is not null;
	END
}

# The scripts of a session: the call for another row that it makes first, and a statement for
# each row, all in one transaction; & is the number of the row.
first_call()
{
	echo "begin; ${1//&/$((call_rows + 1))};"
}

call_script()
{
	seq $call_rows | sed "s|.*|$1;|"
	echo 'commit;'
}

postgres_calls()
{
	local now="split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::numeric / 1000000"

	on_postgres -f - <<-END | tail -n 1
		load 'dbcare';
		select $now as start \gset
		$(first_call "$1")
		select $now as middle \gset
		$(call_script "$1")
		select :middle - :start || ' ' || $now - :middle;
	END
}

sqlite_calls()
{
	CPU=1 "$work/sqlite_timer" "$db" ./sqlite_ext/dbcare 1 "$(first_call "$1")" "$(call_script "$1")"
}

# measure_calls ENGINE WHAT STATEMENT: milliseconds of the first and of all others
measure_calls()
{
	local first others

	read -r first others < <("$1_calls" "$3")
	echo "$first" >>"$work/calls.$1.$2.first"
	echo "$others" >>"$work/calls.$1.$2"
}

part_calls()
{
	local engine what goal limit name read members='"name": "name &", "age": 30, "parent_id": 1, "email": "&@example.com"'

	head_line
	rm -f "$work"/calls.*
	for _ in $(seq "$rounds"); do
		for engine in postgres sqlite; do
			read="select json_group_array(json_object('id', id, 'name', name)) from (select * from kept where id = &)"
			[ $engine = sqlite ] ||
				read="select coalesce(jsonb_agg(to_jsonb(x)), '[]') from (select id, name from kept where id = &) as x"
			"new_$engine"
			call_tables >"$work/script"
			if [ $engine = postgres ]; then
				on_postgres -f "$work/script" >"$work/out"
			else
				on_sqlite 'pragma journal_mode = wal' >"$work/out"
				on_sqlite <"$work/script" >"$work/out"
			fi
			measure_calls $engine insert "insert into item values (&, 'name &', 30, 1, '&@example.org')"
			measure_calls $engine check "select count(*) from dbcheck_row('item', '{$members}')"
			measure_calls $engine write "select dbops_insert('item', '{\"id\": 100&, $members}')"
			measure_calls $engine read "$read"
			measure_calls $engine select "select dbops_select('kept', '{\"columns\": [\"id\", \"name\"], \"filters\": {\"id\": &}}')"
			measure_calls $engine delete "select dbarchive_delete('kept', &)"
			measure_calls $engine actor "select dbaudit_actor('actor &')"
		done
	done
	while read -r engine what goal limit name; do
		awk -v goal="$goal" -v n=$call_rows '{ print $1, goal * n / 1000 }' "$work/calls.$engine.$what" |
			report "$(title_of "$engine"): $name / $goal us, $call_rows rows" "$limit"
	done <<-END
		postgres insert 50 - INSERT
		postgres check 200 1 dbcheck_row()
		postgres write 300 1 dbops_insert()
		postgres delete 150 1 dbarchive_delete()
		postgres actor 50 - dbaudit_actor()
		sqlite insert 90 - INSERT
		sqlite check 100 1 dbcheck_row()
		sqlite write 200 1 dbops_insert()
		sqlite delete 100 1 dbarchive_delete()
		sqlite actor 50 1 dbaudit_actor()
	END
	for engine in postgres sqlite; do
		sed 's/$/ 1/' "$work/calls.$engine.check.first" |
			report "$(title_of "$engine"): first dbcheck_row() of a session / 1 ms" 1
	done
	for engine in postgres sqlite; do
		paste -d ' ' "$work/calls.$engine.select" "$work/calls.$engine.read" |
			report "$(title_of "$engine"): dbops_select() / SQL, $call_rows rows" 1.5
	done
}
