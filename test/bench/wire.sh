# The part of run.sh that works without the extension, over a connection: against
# the extension, against psql, and how its cost grows.
# shellcheck shell=bash disable=SC2154

# Calls functions over a connection.
wire()
{
	build/bench/call "dbname=$db" "$@"
}

# Sets db to a new database without the extension.
new_plain()
{
	databases=$((databases + 1))
	db=bench_$databases
	createdb -T plain "$db"
}

wire_apply()
{
	new_plain
	build/dbcare -q --db "postgresql:///$db" load --dir "$work/migrations/postgres.$n" >"$work/out"
	elapsed wire dbmigrate_apply
}

# wire_on FUNCTION ...: sets db to one with n tables that has no extension, and
# calls a function there.
wire_on()
{
	db=plain_tables_$n
	! createdb -T plain "$db" 2>"$work/out" || fill_tables
	elapsed wire "$@"
}

wire_report() { wire_on dbhealth_report; }
wire_page() { wire_on dbhealth_html; }
wire_drift() { wire_on dbmigrate_schema; }

extension_report()
{
	postgres_tables
	elapsed on_postgres -c "$health"
}

# wire_rows FUNCTION ...: the same with n rows of each of two tables.
wire_rows()
{
	db=plain_rows_$n
	! createdb -T plain "$db" 2>"$work/out" || on_postgres -c "
		create table parent (id integer primary key, name text not null);
		create table child (id integer primary key, n integer not null check (n >= 0),
			parent_id integer not null references parent);
		insert into parent select i, 'row ' || i from generate_series(1, $n) as i;
		insert into child select i, i % 100, i * 7919::bigint % $n + 1 from generate_series(1, $n) as i" \
		-c 'vacuum analyze'
	elapsed wire "$@"
}

wire_constraints() { wire_rows dbcheck_constraints NULL '{"all": true}'; }
wire_orphans() { wire_rows dbcheck_orphans; }

# A tenth of n rows lack their parent, and are repaired.
wire_repair()
{
	new_plain
	on_postgres -c "create table parent (id integer primary key);
		create table child (id integer primary key, parent_id integer references parent);
		insert into parent select i from generate_series(1, $n) as i where i % 10 > 0;
		set session_replication_role = replica;
		insert into child select i, i from generate_series(1, $n) as i" \
		-c 'vacuum analyze'
	elapsed wire dbcheck_repair '{"orphans": "set_null", "dry_run": false}'
}

# WIRE_TABLES and WIRE_ROWS may be other sizes.
part_wire()
{
	local n tables=${WIRE_TABLES:-10 100 1000 10000} rows=${WIRE_ROWS:-1000 10000 100000 1000000} name

	make -s build/bench/call build/dbcare
	createdb plain
	head_line
	n=1000
	compare 'Connection: apply 1,000 / psql -1 -f' 1.5 wire_apply postgres_peer
	n=${tables##* }
	compare "Connection: report on $n tables / extension" 1.3 wire_report extension_report
	printf '\nmicroseconds per migration, of 10 100 1000 3000; growth from 100\n'
	growth 'Connection: apply' wire_apply postgres_peer 100 10 100 1000 3000
	printf '\nmicroseconds per table, of %s; growth from the last but one\n' "$tables"
	for name in report page drift; do
		# shellcheck disable=SC2086
		growth "Connection: $name" "wire_$name" - "$(before_last $tables)" $tables
	done
	printf '\nmicroseconds per row, of %s; growth from the last but one\n' "$rows"
	for name in constraints orphans repair; do
		# shellcheck disable=SC2086
		growth "Connection: $name" "wire_$name" - "$(before_last $rows)" $rows
	done
}
