# The part of run.sh that verifies rows: what dbcheck_constraints() takes for
# all constraints of a table, against what the engine takes for its foreign keys.
# shellcheck shell=bash disable=SC2154

. test/bench/check_postgresql.sh

# Five million rows, two foreign keys into 500,000 parents in random order, two
# CHECKs, NOT NULL.
checked_tables='
	create table parent_a (id integer primary key, name text);
	create table parent_b (id integer primary key, name text);
	insert into parent_a select value, value from generate_series(1, 500000);
	insert into parent_b select * from parent_a;
	create table child (
		id integer primary key,
		a_id integer not null references parent_a,
		b_id integer not null references parent_b,
		quantity integer not null check (quantity > 0),
		price real check (price >= 0.0)
	);
	insert into child
		select value, abs(random()) % 500000 + 1, abs(random()) % 500000 + 1,
			value % 100 + 1, value % 1000 / 10.0
		from generate_series(1, 5000000);'

# A scan looks at every row: count(*) alone only adds up what pages say of
# themselves, which no other query can.
check='select * from dbcheck_constraints'
counting='select count(a_id) from child not indexed'

part_check()
{
	local db

	head_line
	check_postgresql
	db=$work/check.db
	sqlite3 -bail "$db" "$checked_tables"
	"$work/sqlite_timer" "$db" ./sqlite_ext/dbcare "$rounds" "$check" \
		"$counting" >"$work/rows"
	report 'SQLite: all constraints / a counting scan' 4 <"$work/rows"
	# which takes too long for many rounds
	"$work/sqlite_timer" "$db" ./sqlite_ext/dbcare \
		$((rounds < 3 ? rounds : 3)) "$check" 'pragma foreign_key_check' \
		>"$work/rows"
	report 'SQLite: all constraints / foreign_key_check' 0.125 <"$work/rows"
}
