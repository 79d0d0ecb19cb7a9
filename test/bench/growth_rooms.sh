# The part of run.sh that measures how calls of the rooms sync, init and seed
# grow with the number of tables and rows.
# shellcheck shell=bash disable=SC2154

# statement NAME: of the file of rows of db, and n
statement()
{
	local file="$work/rows/${db##*/}"

	case $1 in
		export) echo "select dbsync_export('$file', '{\"overwrite\": true}');" ;;
		part) echo "select dbsync_export('$file.part', '{\"overwrite\": true, \"where\": {\"data_$((n - 1))\": \"id > 0\"}}');" ;;
		digest) echo 'select count(*) from dbsync_digest();' ;;
		ranges) echo "select count(*) from dbsync_digest('many', '{\"range_rows\": 100}');" ;;
		compare) echo "select count(*) from dbsync_compare('$file');" ;;
		import) echo "select dbsync_import('$file', '{\"dry_run\": true, \"on_conflict\": \"skip\"}');" ;;
		initialise) echo "select dbinit_run('video_memory', '{\"dry_run\": true}');" ;;
		run) echo "select dbinit_run('video_memory');" ;;
		validate) echo "select count(*) from dbinit_validate('video_memory');" ;;
		status) echo 'select dbinit_status();' ;;
		seeds) echo 'select count(*) from dbseed_status();' ;;
		seed | again) echo 'select dbseed_apply();' ;;
	esac
}

# define ENGINE NAME TABLES: the function that measures a statement
define()
{
	eval "$1_$2_of_$3() { $1_$3; in_$1 \"\$(statement $2)\"; }"
}

# A run that initialises a copy of a database of n tables, and stays.
postgres_run_of_tables()
{
	postgres_tables
	databases=$((databases + 1))
	createdb -T "$db" "bench_$databases"
	db=bench_$databases
	in_postgres "$(statement run)"
}

sqlite_run_of_tables()
{
	sqlite_tables
	databases=$((databases + 1))
	cp "$db" "$work/bench_$databases.db"
	db=$work/bench_$databases.db
	in_sqlite "$(statement run)"
}

# ... and what is known of it
status_of_tables()
{
	"$1_run_of_tables"
	"in_$1" "$(statement status)"
}
postgres_status_of_tables() { status_of_tables postgres; }
sqlite_status_of_tables() { status_of_tables sqlite; }

# n rows of a table, in a database that stays
postgres_many()
{
	db=many_$n
	createdb -T bench "$db" 2>"$work/out" || return 0
	on_postgres -c "create table many (id integer primary key, name text, amount integer);
		insert into many select i, 'row ' || i, i % 100 from generate_series(1, $n) as i"
	on_postgres -c 'vacuum analyze'
}

sqlite_many()
{
	db=$work/many_$n.db
	[ -f "$db" ] || sqlite3 -bail "$db" "create table many (id integer primary key, name text, amount integer);
		with recursive s(i) as (select 1 union all select i + 1 from s where i < $n)
		insert into many select i, 'row ' || i, i % 100 from s"
}

# the rows of a table, saved in a new one
postgres_salvage_of_many()
{
	postgres_many
	on_postgres -c 'drop table if exists saved'
	in_postgres "select dbcheck_salvage('many', 'saved');"
}

# a backup with n files of changes
sqlite_list_of_followed()
{
	new_sqlite
	on_sqlite "create table t (a); select dbbackup_create('followed') is null" >"$work/out"
	mkdir "$db-backups/followed/changes"
	seq -f '%010.0f-20260131T120000000Z-0-0123456789abcdef.dbs' "$n" |
		(cd "$db-backups/followed/changes" && xargs touch)
	in_sqlite 'select count(*) from dbbackup_list where problem is null;'
}

# the same rows in a file, and an empty table
postgres_empty()
{
	new_postgres
	on_postgres -c 'create table many (id integer primary key, name text, amount integer)'
}

sqlite_empty()
{
	new_sqlite
	sqlite3 -bail "$db" 'create table many (id integer primary key, name text, amount integer)'
}

import_of_empty()
{
	"$1_empty"
	"in_$1" "select dbsync_import('$work/rows/many_$n${2-}');"
}

postgres_import_of_empty() { import_of_empty postgres; }
sqlite_import_of_empty() { import_of_empty sqlite .db; }

# n rows of a seed that are not there yet
postgres_seed_of_rows()
{
	new_postgres
	on_postgres -c "create table plan (code text primary key, name text not null, price integer)" -c \
		"select dbseed_add('plans', 'plan', (select jsonb_agg(jsonb_build_object('code', 'c' || i, 'name', 'plan ' || i, 'price', i))
		from generate_series(1, $n) as i))" >"$work/out"
	in_postgres "$(statement seed)"
	seeded=$db
}

sqlite_seed_of_rows()
{
	new_sqlite
	on_sqlite "create table plan (code text primary key, name text not null, price integer)" \
		"with recursive s(i) as (select 1 union all select i + 1 from s where i < $n)
		select dbseed_add('plans', 'plan', json_group_array(json_object('code', 'c' || i, 'name', 'plan ' || i, 'price', i))) from s" >"$work/out"
	in_sqlite "$(statement seed)"
	seeded=$db
}

# ... that are there: of the seed above
postgres_again_of_rows()
{
	db=$seeded
	in_postgres "$(statement again)"
}

sqlite_again_of_rows()
{
	db=$seeded
	in_sqlite "$(statement again)"
}

seed_again()
{
	"$1_seed_of_rows"
	"$1_again_of_rows"
}
postgres_seed_again() { seed_again postgres; }
sqlite_seed_again() { seed_again sqlite; }

# a list of seeds, of which one has n rows that are there
seed_status()
{
	"$1_seed_of_rows"
	"in_$1" "$(statement seeds)"
}
postgres_seed_status() { seed_status postgres; }
sqlite_seed_status() { seed_status sqlite; }

# n entries of one row, sealed, in a database that stays; erased in a copy of it
erase="select dbaudit_erase('logged', 1, '[\"name\"]', 'request');"
postgres_erase_of_entries()
{
	db=logged_$n
	createdb -T bench "$db" 2>"$work/out" && on_postgres -c "create table logged (id integer primary key, name text);
		select dbaudit_enable('logged'); insert into logged values (1, 'a');
		do \$\$ begin for i in 1..$n loop update logged set name = 'row ' || i where id = 1; end loop; end \$\$" \
		-c 'select dbaudit_seal()' >"$work/out"
	databases=$((databases + 1))
	createdb -T "$db" "bench_$databases"
	db=bench_$databases
	in_postgres "$erase"
}

sqlite_erase_of_entries()
{
	db=$work/logged_$n.db
	[ -f "$db" ] || {
		echo ".load ./sqlite_ext/dbcare
			create table logged (id integer primary key, name text);
			select dbaudit_enable('logged'); insert into logged values (1, 'a'); begin;"
		seq "$n" | sed "s/.*/update logged set name = 'row &' where id = 1;/"
		echo 'commit; select dbaudit_seal();'
	} | sqlite3 -batch -bail "$db" >"$work/out"
	databases=$((databases + 1))
	cp "$db" "$work/bench_$databases.db"
	db=$work/bench_$databases.db
	in_sqlite "$erase"
}

# n rows of a table changed by one transaction, and one of them later, in a database
# that stays; the others are undone in a copy of it
changed="create table changed (id integer primary key, name text, amount integer)"
change="update changed set name = name || ' x', amount = amount + 1"
undo="select dbaudit_undo(null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\", \"on_conflict\": \"keep\"}');"
postgres_undo_base()
{
	db=changed_$n
	createdb -T bench "$db" 2>"$work/out" && on_postgres -c "$changed; insert into changed select i, 'row ' || i, i from generate_series(1, $n) as i;
		select dbaudit_enable('changed')" \
		-c "begin" -c "select dbaudit_actor('bench')" -c "$change" -c "commit" \
		-c "update changed set amount = 0 where id = 7" >"$work/out"
}
postgres_undo_of_rows()
{
	postgres_undo_base
	databases=$((databases + 1))
	createdb -T "$db" "bench_$databases"
	db=bench_$databases
	in_postgres "$undo"
}

sqlite_undo_base()
{
	db=$work/changed_$n.db
	[ -f "$db" ] || sqlite3 -batch -bail "$db" "$changed" "with recursive s(i) as (select 1 union all select i + 1 from s where i < $n)
		insert into changed select i, 'row ' || i, i from s" '.load ./sqlite_ext/dbcare' "select dbaudit_enable('changed')" \
		'begin' "select dbaudit_actor('bench')" "$change" 'commit' 'update changed set amount = 0 where id = 7' >"$work/out"
}
sqlite_undo_of_rows()
{
	sqlite_undo_base
	databases=$((databases + 1))
	cp "$db" "$work/bench_$databases.db"
	db=$work/bench_$databases.db
	in_sqlite "$undo"
}

# n rows that a policy archives in files, and the rows of all files restored; the rows
# are in a database that stays
pack="dbarchive_apply('{\"relation\": \"packed\", \"batch_ms\": 60000}')"
unpack="select 'select dbarchive_restore_file(' || file || ');' from dbarchive_archives();"
packs="select dbarchive_enable('packed') is null, dbarchive_policy('packed',
	'{\"timestamp_column\": \"at\", \"archive_after_days\": 30, \"to_directory\": \"$work/rows\"}') is null"
postgres_with_packs()
{
	db=packed_$n
	createdb -T bench "$db" 2>"$work/out" && on_postgres -c 'create table packed (id integer primary key, at date, note text)' \
		-c "insert into packed select i, '2020-01-01', 'row ' || i from generate_series(1, $n) as i" -c "$packs" >"$work/out"
	databases=$((databases + 1))
	createdb -T "$db" "bench_$databases"
	db=bench_$databases
}
postgres_pack_of_rows() { postgres_with_packs; in_postgres "call $pack;"; }
postgres_unpack_of_rows()
{
	postgres_with_packs
	on_postgres -c "call $pack" >"$work/out"
	in_postgres "$(on_postgres -c "$unpack")"
}

sqlite_with_packs()
{
	db=$work/packed_$n.db
	[ -f "$db" ] || sqlite3 -batch -bail "$db" 'create table packed (id integer primary key, at date, note text)' "with recursive s(i) as (select 1 union all
		select i + 1 from s where i < $n) insert into packed select i, '2020-01-01', 'row ' || i from s" '.load ./sqlite_ext/dbcare' "$packs" >"$work/out"
	databases=$((databases + 1))
	cp "$db" "$work/bench_$databases.db"
	db=$work/bench_$databases.db
}
sqlite_pack_of_rows() { sqlite_with_packs; in_sqlite "select $pack;"; }
sqlite_unpack_of_rows()
{
	sqlite_with_packs
	sqlite3 -batch -bail "$db" '.load ./sqlite_ext/dbcare' "select $pack" >"$work/out"
	in_sqlite "$(sqlite3 -batch -bail "$db" '.load ./sqlite_ext/dbcare' "$unpack")"
}

# n entries of the log, read as a follower does
feed="select count(*) from dbaudit_log('{\"after\": 0, \"limit\": 1000000, \"exact\": true}');"
postgres_feed_of_rows() { postgres_undo_base; in_postgres "$feed"; }
sqlite_feed_of_rows() { sqlite_undo_base; in_sqlite "$feed"; }

# the history of a row among n logged ones, whose key is not spelled as it was logged, in
# a database that stays
postgres_spelled()
{
	db=$1_$n
	createdb -T bench "$db" 2>"$work/out" && on_postgres -c "create table spelled (id $2 primary key, v integer)" \
		-c "select dbaudit_enable('spelled')" -c "insert into spelled select $3, i from generate_series(1, $n) as i" -c "vacuum analyze" >"$work/out"
	in_postgres "select count(*) from dbaudit_history('spelled', $4);"
}

sqlite_spelled()
{
	db=$work/$1_$n.db
	[ -f "$db" ] || sqlite3 -batch -bail "$db" '.load ./sqlite_ext/dbcare' "create table spelled (id $2 primary key, v integer)" \
		"select dbaudit_enable('spelled')" "with recursive s(i) as (select 1 union all select i + 1 from s where i < $n)
		insert into spelled select $3, i from s" >"$work/out"
	in_sqlite "select count(*) from dbaudit_history('spelled', $4);"
}
postgres_spelling_of_keys() { postgres_spelled spelled numeric 'i + 0.5' "'7.50'::text"; }
sqlite_spelling_of_keys() { sqlite_spelled spelled 'text collate nocase' "'K' || i" "'k7'"; }

# part_rooms: ROOM_TABLES, ROOM_ROWS, ROOM_SEEDS, ROOM_ENTRIES, ROOM_CHANGES, ROOM_KEYS and ROOM_FILES may be other sizes.
part_rooms()
{
	local tables=${ROOM_TABLES:-10 100 1000 10000} rows=${ROOM_ROWS:-1000 10000 100000 1000000}
	local seeds=${ROOM_SEEDS:-10 100 1000 3000} entries=${ROOM_ENTRIES:-100 1000 10000} changes=${ROOM_CHANGES:-1000 10000 50000 200000}
	local keys=${ROOM_KEYS:-1000 10000 100000 1000000} files=${ROOM_FILES:-1000 10000 100000}
	local engine name

	mkdir -p "$work/rows"
	chmod 777 "$work/rows"
	psql -qX -d bench -c "load 'dbcare'" -c "alter system set dbcare.backup_roots = '$work/rows'" -c 'select pg_reload_conf()' >"$work/out"
	printf '\nmicroseconds per table, of %s; growth from the last but one\n' "$tables"
	for engine in postgres sqlite; do
		for name in export part digest compare import initialise validate run status; do
			[ "$name" = run ] || [ "$name" = status ] || define $engine $name tables
			# shellcheck disable=SC2086
			growth "$engine: $name" "${engine}_${name}_of_tables" - "$(before_last $tables)" $tables
		done
	done
	printf '\nmicroseconds per row, of %s\n' "$rows"
	for engine in postgres sqlite; do
		for name in export digest ranges compare; do
			define $engine $name many
			# shellcheck disable=SC2086
			growth "$engine: $name" "${engine}_${name}_of_many" - "$(before_last $rows)" $rows
		done
		# shellcheck disable=SC2086
		growth "$engine: import" "${engine}_import_of_empty" - "$(before_last $rows)" $rows
	done
	growth 'postgres: salvage' postgres_salvage_of_many - "$(before_last $rows)" $rows
	printf '\nmicroseconds per file of changes, of %s\n' "$files"
	# shellcheck disable=SC2086
	growth 'sqlite: list' sqlite_list_of_followed - "$(before_last $files)" $files
	printf '\nmicroseconds per entry of one row, of %s\n' "$entries"
	for engine in postgres sqlite; do
		# shellcheck disable=SC2086
		growth "$engine: erase" "${engine}_erase_of_entries" - "$(before_last $entries)" $entries
	done
	printf '\nmicroseconds per logged key with several spellings, of %s\n' "$keys"
	for engine in postgres sqlite; do
		# shellcheck disable=SC2086
		growth "$engine: history" "${engine}_spelling_of_keys" - "$(before_last $keys)" $keys
	done
	printf '\nmicroseconds per row, undone, read in the log, archived in files, restored from them, of %s\n' "$changes"
	for engine in postgres sqlite; do
		for name in undo feed pack unpack; do
			# shellcheck disable=SC2086
			growth "$engine: $name" "${engine}_${name}_of_rows" - "$(before_last $changes)" $changes
		done
	done
	printf '\nmicroseconds per row of a seed, of %s\n' "$seeds"
	for engine in postgres sqlite; do
		# shellcheck disable=SC2086
		growth "$engine: seed" "${engine}_seed_of_rows" - "$(before_last $seeds)" $seeds
		# shellcheck disable=SC2086
		growth "$engine: seed again" "${engine}_seed_again" - "$(before_last $seeds)" $seeds
		# shellcheck disable=SC2086
		growth "$engine: status of seeds" "${engine}_seed_status" - "$(before_last $seeds)" $seeds
	done
}

# before_last SIZE ...: where growth is measured from
before_last()
{
	echo "${*: -2:1}"
}
