# The part of run.sh that measures the log of changes: what logging adds to a
# statement over many rows, in microseconds of the processor per row.  On PostgreSQL its
# peer is a trigger as such logs are mostly written: PL/pgSQL that stores both whole rows
# as jsonb, and reads the columns of the key from the catalog.
# shellcheck shell=bash disable=SC2154

audit_rows=${AUDIT_ROWS:-200000}
audit_columns='id integer primary key, name text, email text, amount numeric, at text, flag integer, note text, n bigint'

# The statements on a table, and the number of rows of each.
audit_statements()
{
	local series=$2

	echo "insert into $1 select i, 'name ' || i, 'user' || i || '@example.com', i * 1.25, '2026-01-01 00:00:00', i % 2, 'some longer note about this row ' || i, i from $series;"
	echo "update $1 set amount = amount + 1;"
	echo "delete from $1;"
}

audit_peer='
	create table whole_log (id bigint generated always as identity primary key, record_id uuid, at timestamptz default now(),
		tab text, op text, old_row jsonb, new_row jsonb);
	create index on whole_log (record_id);
	create function key_columns(tab oid) returns text[] stable security definer language sql as $$
		select coalesce(array_agg(a.attname::text order by a.attname), $q${}$q$) from pg_index as i
		join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
		where i.indrelid = $1 and i.indisprimary $$;
	create function record_id(tab oid, key_names text[], rec jsonb) returns uuid stable language sql as $$
		select case when rec is null then null else md5(tab::text || (select jsonb_agg(rec ->> k)::text from unnest(key_names) as k))::uuid end $$;
	create function log_whole() returns trigger security definer language plpgsql as $$
	declare
		key_names text[] = key_columns(tg_relid);
		new_row jsonb = case when tg_op <> $q$DELETE$q$ then to_jsonb(new) end;
		old_row jsonb = case when tg_op <> $q$INSERT$q$ then to_jsonb(old) end;
	begin
		insert into whole_log (record_id, tab, op, old_row, new_row)
		values (coalesce(record_id(tg_relid, key_names, new_row), record_id(tg_relid, key_names, old_row)),
			tg_table_name, tg_op, old_row, new_row);
		return null;
	end $$;'

# Milliseconds of each statement on PostgreSQL, where db is the database.
postgres_statements()
{
	local statement

	audit_statements "$1" "generate_series(1, $audit_rows) as i" | while read -r statement; do
		CPU=1 in_postgres "$statement" </dev/null
		echo "$ms"
	done
}

# The same on SQLite, in one transaction.
sqlite_statements()
{
	{
		echo '.timer on'
		[ "$1" != strict ] || echo '.load ./sqlite_ext/dbcare'
		audit_statements "$1" "(select value as i from generate_series(1, $audit_rows))"
	} | sqlite3 -batch "$db" | awk '/^Run Time/ { print ($6 + $8) * 1000 }'
}

# added NAME LIMIT PLAIN OURS PEER: reports what logging adds to each statement,
# in microseconds per row; PEER is a file, or a number of microseconds.
added()
{
	local i=0 statement

	for statement in insert update delete; do
		i=$((i + 1))
		awk -v i=$i -v rows="$audit_rows" -v peer="$5" '
			FILENAME == ARGV[1] && (FNR - 1) % 3 + 1 == i { plain[++n] = $1 }
			FILENAME == ARGV[2] && (FNR - 1) % 3 + 1 == i { ours[++m] = $1 }
			FILENAME == ARGV[3] && ARGC > 3 && (FNR - 1) % 3 + 1 == i { whole[++k] = $1 }
			END {
				for (j = 1; j <= n; j++)
					print (ours[j] - plain[j]) * 1000 / rows,
						k ? (whole[j] - plain[j]) * 1000 / rows : peer
			}' "$3" "$4" $([ ! -f "$5" ] || echo "$5") |
			report "$1: $statement, us a row" "$2"
	done
}

part_audit()
{
	local round db table

	head_line
	rm -f "$work"/audit.*
	for round in $(seq "$rounds"); do
		db=audit_$round
		createdb "$db"
		psql -qX -d "$db" -c 'create extension dbcare' -c "$audit_peer" -c "create table plain ($audit_columns)" \
			-c "create table ours ($audit_columns)" -c "create table whole ($audit_columns)" \
			-c 'create trigger log after insert or update or delete on whole for each row execute function log_whole()' \
			-c "select dbaudit_enable('ours')" >"$work/out"
		for table in plain ours whole; do
			postgres_statements $table >>"$work/audit.$table"
		done
		psql -qXAt -F ' ' -d "$db" -c "select pg_table_size('dbcare.audit_entry'), pg_table_size('whole_log')" >>"$work/audit.size"
	done
	added 'PostgreSQL / 4' 1 "$work/audit.plain" "$work/audit.ours" 4
	paste -d ' ' "$work/audit.ours" "$work/audit.plain" | awk 'NR % 3 == 1' |
		report "PostgreSQL: INSERT of $audit_rows rows, logged / not" 3.5
	added 'PostgreSQL / whole rows' 0.125 "$work/audit.plain" "$work/audit.ours" "$work/audit.whole"
	report 'PostgreSQL: log / whole rows, bytes' 0.4 <"$work/audit.size"
	rm -f "$work"/audit.*
	for round in $(seq "$rounds"); do
		db=$work/audit_$round.db
		sqlite3 -batch "$db" "pragma journal_mode = wal; create table plain ($audit_columns);
			create table portable ($audit_columns); create table strict ($audit_columns);" \
			'.load ./sqlite_ext/dbcare' "select dbaudit_enable('portable'); select dbaudit_enable('strict', '{\"mode\": \"strict\"}');" >"$work/out"
		for table in plain portable strict; do
			sqlite_statements $table >>"$work/audit.$table"
		done
	done
	# the limit of 2.5 us
	added 'SQLite, portable / 2.5' 1 "$work/audit.plain" "$work/audit.portable" 2.5
	added 'SQLite, strict / 2.5' 1 "$work/audit.plain" "$work/audit.strict" 2.5
}
