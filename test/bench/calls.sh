# The part of run.sh that measures calls for one row, in one transaction of one session:
# against as many plain INSERTs into the same table, which has constraints of each kind,
# or the SELECT that gives the same JSON.  The limits are 0.2 ms on PostgreSQL and 0.1 ms
# on SQLite for dbcheck_row(), 0.3 and 0.2 ms for dbops_insert(), 0.15 and 0.1 ms for
# dbarchive_delete(), and 0.05 ms for dbaudit_actor(), where an INSERT takes 0.05 and
# 0.09 ms.  On SQLite the time is that of the processor.
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
		insert into kept $(series $call_rows) i, 'name' from s;
		select dbarchive_enable('kept', '{"mode": "flag"}') is not null;
	END
}

# A statement for each row, in a transaction; & is its number.
call_script()
{
	echo 'begin;'
	seq $call_rows | sed "s|.*|$1;|"
	echo 'commit;'
}

# measure_calls ENGINE WHAT STATEMENT: milliseconds of all of them
measure_calls()
{
	CPU=1 "in_$1" "$(call_script "$3")"
	echo "$ms" >>"$work/calls.$1.$2"
}

part_calls()
{
	local engine what peer limit name read members='"name": "name &", "age": 30, "parent_id": 1, "email": "&@example.com"'

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
	while read -r engine what peer limit name; do
		paste -d ' ' "$work/calls.$engine.$what" "$work/calls.$engine.$peer" |
			report "$(title_of "$engine"): $name / SQL, $call_rows rows" "$limit"
	done <<-END
		postgres check insert 4 dbcheck_row()
		postgres write insert 6 dbops_insert()
		postgres delete insert 3 dbarchive_delete()
		postgres select read 1.5 dbops_select()
		sqlite check insert 1.1 dbcheck_row()
		sqlite write insert 2.2 dbops_insert()
		sqlite delete insert 1.1 dbarchive_delete()
		sqlite select read 1.5 dbops_select()
		sqlite actor insert 0.55 dbaudit_actor()
	END
}
