# The functions that walk rows, each with a kind of database of n rows, for large.sh, which
# measures them, test/process/registry/linear.sh, which counts what they do, and columns.sh
# beside it, whose tables grow in columns.  All define large NAME KIND SQL; @ is before a
# procedure.
# shellcheck shell=bash disable=SC2154

# ---- databases with n rows, which stay ----

large_columns='id integer primary key, name text, email text, note text'
large_values="i, 'name ' || i, 'user' || i || '@example.com', 'some longer note about this row ' || i"

# Series of integers from 1 to N as rows of i.
series()
{
	echo "with recursive s(i) as (select 1 union all select i + 1 from s where i < $1) select"
}

# large_rows TABLE: a statement that inserts n rows
large_rows()
{
	echo "insert into $1 (id, name, email, note) $(series "$n") $large_values from s;"
}

# Deleted by one command, and by one for each ten rows.
large_trash()
{
	echo "create table item ($large_columns); select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;"
	large_rows item
	echo 'delete from item;'
}

large_batches()
{
	echo "create table item ($large_columns); select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;"
	large_rows item
	echo 'begin;'
	seq 1 10 "$n" | awk '{ print "delete from item where id between " $1 " and " $1 + 9 ";" }'
	echo 'commit;'
}

large_marked()
{
	echo "create table item ($large_columns); select dbarchive_enable('item', '{\"mode\": \"flag\"}') is not null;"
	large_rows item
	echo "update item set deleted_at = '2020-01-01';"
}

# Changed by an actor, and one of them later.
large_log()
{
	echo "create table item ($large_columns);"
	large_rows item
	echo "select dbaudit_enable('item') is not null; select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;"
	echo "begin; select dbaudit_actor('bench') is not null; update item set note = 'x ' || note; commit;"
	echo "update item set note = 'later' where id = 7;"
}

# And a hundredth as many rows that are held.
large_held_log()
{
	echo "create table item ($large_columns); insert into item (id) $(series $((n / 100))) -i from s;"
	echo "select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;"
	seq $((n / 100)) | awk '{ print "select dbarchive_hold(\047item\047, -" $1 ", \047case\047) is not null;" }'
	large_rows item
	echo "select dbaudit_enable('item') is not null; begin; select dbaudit_actor('bench') is not null; update item set note = 'x ' || note where id > 0; commit;"
}

large_sealed()
{
	large_log
	echo 'select dbaudit_seal() is not null;'
}

# One row with a hundredth as many entries.
large_row()
{
	echo "create table item ($large_columns); insert into item (id, note) values (7, ''); select dbaudit_enable('item') is not null; begin;"
	seq $((n / 100)) | awk '{ print "update item set note = " $1 ";" }'
	echo 'commit; select dbaudit_seal() is not null;'
}

large_plain()
{
	echo "create table item ($large_columns, at date default '2020-01-01');"
	large_rows item
}

# And a filter with a list of a 34th as many values: at most 30,000 may be given.
large_listed()
{
	large_plain
	echo "create table list (filter $([ "$engine" = sqlite ] && echo text || echo jsonb));
		insert into list values ('{\"id\": {\"in\": [1$(seq -s '' -f ', %.0f' 2 $((n / 34)))]}}');"
}

# A parent with n children, and n children without a parent.
large_family()
{
	echo "create table parent (id integer primary key);
		create table child (id integer primary key, parent_id integer references parent on delete cascade);
		insert into parent values (1); select dbarchive_enable('parent', '{\"mode\": \"trash\"}') is not null;
		insert into child $(series "$n") i, 1 from s; create index child_parent on child (parent_id);"
}

large_lost_postgres='alter table child add foreign key (parent_id) references parent not valid;'
large_lost()
{
	echo "create table parent (id integer primary key); insert into parent values (1);
		create table child (id integer primary key, parent_id integer $([ "$engine" = postgres ] || echo 'references parent'));
		insert into child $(series "$n") i, i from s; create index child_parent on child (parent_id);"
	[ "$engine" = sqlite ] || echo "$large_lost_postgres"
}

# A hundredth as many rows of 500 columns, deleted; and changed by an actor.
large_wide_table()
{
	echo "create table item (id integer primary key$(seq -f ', c%g integer' 2 500));
		insert into item (id$(seq -f ', c%g' 2 500)) $(series $((n / 100))) i$(seq -f ', %g' 2 500) from s;"
}

large_wide()
{
	large_wide_table
	echo "select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null; delete from item;"
}

large_wide_log()
{
	large_wide_table
	echo "select dbaudit_enable('item') is not null; begin; select dbaudit_actor('bench') is not null;
		update item set c2 = 0, c500 = 0; commit;"
}

# One row with 50 bytes per row of the other databases, deleted.
large_value()
{
	local filled="replace(hex(zeroblob($n)), '0', 'abcdefghijklmnopqrstuvwxy')"

	[ "$engine" = sqlite ] || filled="repeat('abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxy', $n)"
	echo "create table item (id integer primary key, note text); insert into item values (1, $filled);
		select dbaudit_enable('item') is not null; select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;
		begin; select dbaudit_actor('bench') is not null; delete from item; commit;"
}

# A tree of rows of one table, each with ten children, deleted.
large_tree()
{
	echo "create table item (id integer primary key, parent_id integer references item on delete cascade);
		create index item_parent on item (parent_id); insert into item $(series "$n") i, nullif(i / 10, 0) from s;
		select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;
		$([ "$engine" = postgres ] || echo 'pragma foreign_keys = on;') delete from item;"
}

# A twentieth as many tables, whose deleted rows are kept, or a hundredth of many.
large_tables()
{
	seq $((n / (n > 100000 ? 100 : 20))) | awk '{
		print "create table item_" $1 " (id integer primary key);"
		print "select dbarchive_enable(\047item_" $1 "\047) is not null;"
	}'
}

# A hundredth as many rows with a key of 32 columns, deleted by an actor.
large_wide_key()
{
	echo "create table item (id integer, note text$(seq -f ', c%g integer' 2 32), primary key (id$(seq -f ', c%g' 2 32)));
		insert into item (id, note$(seq -f ', c%g' 2 32)) $(series $((n / 100))) i, 'note'$(seq -f ', %g' 2 32) from s;
		select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null; select dbaudit_enable('item') is not null;
		begin; select dbaudit_actor('bench') is not null; delete from item; commit;"
}

# A hundredth as many sealed segments.
large_segments()
{
	echo "create table item ($large_columns);"
	large_rows item
	echo "select dbaudit_enable('item') is not null;"
	seq $((n / 100)) | awk '{ print "update item set note = \047x\047 where id = " $1 "; select dbaudit_seal() is not null;" }'
}

# A tenth as many migrations, each of which depends on the one before, and the first on a
# backfill.
large_chain()
{
	seq $((n / 10)) | awk '{
		printf "select dbmigrate_add(\047%d\047, \047m\047, \047select 1\047, null, \047{\"depends_on\": [\"%s\"]}\047) is not null;\n",
			$1, $1 == 1 ? "backfill:fill" : $1 - 1
	}'
}

# Registered from files, which have other versions now.
large_renamed()
{
	echo "select dbmigrate_load('{$(seq $((n / 10)) | awk '{
		printf "%s\"%d_m.sql\": \"select %d\"", ($1 > 1 ? ", " : ""), 10000000 + $1, $1 }')}') is not null;"
	rm -rf "$large_files/renamed"
	mkdir -m 777 "$large_files/renamed"
	seq $((n / 10)) | awk -v dir="$large_files/renamed" '{
		file = dir "/" 20000000 + $1 "_m.sql"; print "select " $1 >file; close(file) }'
}

# A script of a hundredth as many transactions.
large_script()
{
	local outside='vacuum part'

	[ "$engine" = postgres ] || outside='pragma synchronous = off'
	echo "create table part (id integer); select dbmigrate_add('1', 'parts', '"
	seq $((n / 100)) | awk -v outside="$outside" '{ print "insert into part values (" $1 "); " outside ";" }'
	echo "') is not null;"
}

# [PG] Wait events of the past, in periods of five minutes.
large_waits()
{
	echo 'select dbcare_install() is not null;'
	[ "$engine" = sqlite ] || echo "insert into dbcare.wait_event (bucket_at, fingerprint, event_type, event, samples, sessions)
		select to_timestamp(floor(extract(epoch from now()) / 300) * 300) - i % 2000 * interval '5 minutes', 'f' || i, 'Lock', 'tuple', 1, 1
		from generate_series(1, $n) as i;"
}

large_archive()
{
	large deleted trash "select count(*) from dbarchive_deleted();"
	large 'deleted, of batches' batches "select count(*) from dbarchive_deleted('item') where batch = 77;"
	large 'deleted, marked' marked "select count(*) from dbarchive_deleted('item');"
	large status batches "select count(*) from dbarchive_status();"
	large restore_batch trash "select dbarchive_restore_batch(1) is null;"
	large 'restore, triggers fire' trash "select dbarchive_restore_batch(1, '{\"triggers\": \"fire\"}') is null;"
	large 'restore one of many' batches "select dbarchive_restore('item', 5) is null;"
	large 'restore a mark' marked "select dbarchive_restore('item', 5) is null;"
	large 'hold, holds, release' batches "select dbarchive_hold('item', 5, 'case') is null; select count(*) from dbarchive_holds(); select dbarchive_release('item', 5) is null;"
	large 'restore, 500 columns' wide "select dbarchive_restore_batch(1) is null;"
	large 'restore, key of 32 columns' wide_key "select dbarchive_restore_batch(1) is null;"
	large 'purge, key of 32 columns' wide_key "@dbarchive_purge('item', '{\"older_than_days\": 0, \"pause_ms\": 0}');"
	large 'restore a large value' value "select dbarchive_restore_batch(1) is null;"
	large 'restore a tree' tree "select dbarchive_restore_batch(1) is null;"
	large 'status of tables' tables "select count(*) from dbarchive_status();"
	large 'enable one of many tables' tables "select dbarchive_enable('item_1') is null;"
	large enable batches "select dbarchive_enable('item') is null;"
	large delete family "select dbarchive_delete('parent', 1) is null;"
	large 'delete, dry run' family "select dbarchive_delete('parent', 1, '{\"dry_run\": true}') is null;"
	large purge batches "@dbarchive_purge('item', '{\"older_than_days\": 0, \"pause_ms\": 0}');"
	large 'purge marked' marked "@dbarchive_purge('item', '{\"older_than_days\": 0, \"pause_ms\": 0}');"
	large 'purge, dry run' batches "@dbarchive_purge('item', '{\"older_than_days\": 0, \"dry_run\": true}');"
	large export plain "select dbarchive_export('item', '$large_files/export', '{\"overwrite\": true, \"compress\": \"zstd\"}') is null;"
	large 'export deleted' trash "select dbarchive_export('item', '$large_files/export', '{\"overwrite\": true, \"deleted\": true}') is null;"
	large export_rows plain "select count(*) from dbarchive_export_rows('item');"
	large orphans lost "select dbarchive_orphans() is null;"
	large 'orphans, quarantine' lost "select dbarchive_orphans('{\"repair\": true}') is null;"
	large 'orphans, set_null' lost "select dbarchive_orphans('{\"repair\": true, \"action\": \"set_null\"}') is null;"
	for action in '"delete_after_days": 1' '"archive_after_days": 1' '"anonymise_after_days": 1, "columns": {"email": "null"}'; do
		large "apply ${action%%:*}" plain "select dbarchive_policy('item', '{\"timestamp_column\": \"at\", $action}') is null; @dbarchive_apply('{\"pause_ms\": 0}');"
	done
}

large_audit()
{
	large log log "select count(*) from dbaudit_log('{\"limit\": 1000000}');"
	large 'log, sealed' sealed "select count(*) from dbaudit_log('{\"limit\": 1000000}');"
	large feed log "select count(*) from dbaudit_log('{\"after\": 0, \"limit\": 1000000, \"exact\": true}');"
	large 'log of an actor' log "select count(*) from dbaudit_log('{\"actor\": \"nobody\"}');"
	large 'log of an action' log "select count(*) from dbaudit_log('{\"action\": \"delete\"}');"
	large 'log until' log "select count(*) from dbaudit_log('{\"table\": \"item\", \"until\": \"2000-01-01\"}');"
	large history log "select count(*) from dbaudit_history('item', 7);"
	large 'history of one row' row "select count(*) from dbaudit_history('item', 7);"
	large as_of row "select dbaudit_as_of('item', 7, (select cast(logged_at as text) from dbaudit_history('item', 7) order by id limit 1)) is null;"
	large table_as_of log "select count(*) from dbaudit_table_as_of('item', (select cast(logged_at as text) from dbaudit_log('{\"after\": 0, \"limit\": 1}')));"
	large seal log "select dbaudit_seal() is null;"
	large 'seal after segments' segments "select dbaudit_seal() is null;"
	large 'verify segments' segments "select count(*) from dbaudit_verify();"
	large 'undo, key of 32 columns' wide_key "select dbaudit_undo(null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\"}') is null;"
	large verify sealed "select count(*) from dbaudit_verify();"
	large erase sealed "select dbaudit_erase('item', 7, '[\"note\"]', 'request') is null;"
	large 'erase of one row' row "select dbaudit_erase('item', 7, '[\"note\"]', 'request') is null;"
	local undo

	large 'undo beside held rows' held_log "select dbaudit_undo(null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\"}') is null;"
	large 'undo, 500 columns' wide_log "select dbaudit_undo(null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\"}') is null;"
	large 'undo a large value' value "select dbaudit_undo(null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\"}') is null;"
	for undo in '"on_conflict": "keep"' '"on_conflict": "overwrite"' '"dry_run": true' '"on_conflict": "keep", "triggers": "fire"'; do
		large "undo, ${undo//\"/}" log "select dbaudit_undo(null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\", $undo}') is null;"
	done
}

large_sync()
{
	local file

	large digest plain "select count(*) from dbsync_digest();"
	large 'digest of ranges' plain "select count(*) from dbsync_digest('item', '{\"range_rows\": 100}');"
	for file in '' ', "mask_columns": {"item": ["email"]}' ', "where": {"item": "id > 10"}'; do
		large "sync_export${file%%:*}" plain "select dbsync_export('$large_files/large', '{\"overwrite\": true$file}') is null;"
	done
}

large_check()
{
	local rule="select dbcheck_rule_add('r', 'item', 'note is null', '{\"repair_sql\": \"note = null\"}') is null;"

	large constraints plain 'select count(*) from dbcheck_constraints();'
	large integrity plain 'select count(*) from dbcheck_integrity();'
	large 'rules' plain "$rule select count(*) from dbcheck_run();"
	large repair plain "$rule select dbcheck_repair('{\"rules\": [\"r\"], \"dry_run\": false}') is null;"
}

large_ops()
{
	large 'count, list' listed "select dbops_count('item', (select filter from list)) is null;"
}

large_migrate()
{
	large 'plan that waits' chain "select count(*) from dbmigrate_plan();"
	large 'status that waits' chain "select count(*) from dbmigrate_status();"
	large 'load renamed files' renamed "select dbmigrate_load('$large_files/renamed') is null;"
	large 'deploy parts' script "@dbmigrate_deploy();"
	large sample waits "select dbmonitor_sample() is null;"
}

large_calls()
{
	large_migrate
	large_archive
	large_audit
	large_sync
	large_check
	large_ops
}
