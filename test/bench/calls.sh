# The part of run.sh that measures calls for one row, in one transaction of one session:
# against as many plain INSERTs into the same table, which has constraints of each kind.
# The limits are 0.2 ms on PostgreSQL and 0.1 ms on SQLite for dbcheck_row(), 0.3 and
# 0.2 ms for dbops_insert(), and 0.15 and 0.1 ms for dbarchive_delete(), where an INSERT
# takes 0.05 and 0.09 ms.
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
	"in_$1" "$(call_script "$3")"
	echo "$ms" >>"$work/calls.$1.$2"
}

part_calls()
{
	local engine members='"name": "name &", "age": 30, "parent_id": 1, "email": "&@example.com"'

	head_line
	rm -f "$work"/calls.*
	for _ in $(seq "$rounds"); do
		for engine in postgres sqlite; do
			"new_$engine"
			call_tables >"$work/script"
			if [ $engine = postgres ]; then
				on_postgres -f "$work/script" >"$work/out"
			else
				on_sqlite 'pragma journal_mode = wal' >"$work/out"
				on_sqlite <"$work/script" >"$work/out"
			fi
			measure_calls $engine plain "insert into item values (&, 'name &', 30, 1, '&@example.org')"
			measure_calls $engine check "select count(*) from dbcheck_row('item', '{$members}')"
			measure_calls $engine insert "select dbops_insert('item', '{\"id\": 100&, $members}')"
			measure_calls $engine delete "select dbarchive_delete('kept', &)"
		done
	done
	while read -r engine what limit name; do
		paste -d ' ' "$work/calls.$engine.$what" "$work/calls.$engine.plain" |
			report "$(title_of "$engine"): $name / INSERT, $call_rows rows" "$limit"
	done <<-END
		postgres check 4 dbcheck_row()
		postgres insert 6 dbops_insert()
		postgres delete 3 dbarchive_delete()
		sqlite check 1.1 dbcheck_row()
		sqlite insert 2.2 dbops_insert()
		sqlite delete 1.1 dbarchive_delete()
	END
}
