#!/bin/bash
# A page of a table that was overwritten with zeros is valid to PostgreSQL: its
# rows are missing, and rows of other tables that refer to them look like
# orphans.  Damages the file of a stopped server.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

export PGOPTIONS='-c client_min_messages=error'

# damage FILE BLOCK [BLOCKS]: overwrites blocks of a stopped server's file with zeros.
damage()
{
	test/pg_server.sh stop "$tmp/server"
	dd if=/dev/zero of="$tmp/server/data/$1" bs=8192 seek="$2" count="${3-1}" conv=notrunc status=none
	test/pg_server.sh start "$tmp/server"
}

# findings CHECK: severity, message and whether there is a repair.
findings()
{
	postgresql sick <<-END
		select concat_ws(' ', severity, coalesce(message, reason), fix_sql is not null)
		from dbhealth_checks('{"checks": ["$1"]}')
		order by 1;
	END
}

start_server server
enable_checksums server
postgresql_new sick
postgresql sick <<-'END'
	create table parent (id int primary key, note text);
	create table child (id int primary key, parent_id int references parent);
	create table untouched (id int primary key);
	create table loose (note text);
	insert into parent select n, repeat('x', 500) from generate_series(1, 200) as n;
	insert into child select n, (n - 1) % 200 + 1 from generate_series(1, 400) as n;
	insert into untouched select n from generate_series(1, 1000) as n;
	insert into loose select repeat('x', 500) from generate_series(1, 100);
	checkpoint;
END
path_of()
{
	postgresql sick <<<"select pg_relation_filepath('$1');"
}
parent=$(path_of parent)
is "$(findings integrity_structure)$(postgresql sick <<<"select count(*) from dbcheck_integrity() where object <> 'amcheck';")" \
	'not_applicable does not apply here t0' 'sound tables are no finding'

# ---- a page of zeros ----

lost=$(postgresql sick <<<"select count(*) from parent where (ctid::text::point)[0] = 3;")
damage "$parent" 3
orphans=$((2 * lost))
is "$(postgresql sick <<<'select count(*) from parent;')" $((200 - lost)) 'PostgreSQL reads the table, without the rows'
is "$(findings integrity_structure | grep -v not_app)" \
	"critical public.parent is damaged: block 3 is empty, but index parent_pkey points to $lost rows there f" \
	'a page of zeros whose rows an index knows is damage'
is "$(postgresql sick <<<"select concat_ws('|', object, problem, severity, fix_sql) from dbcheck_integrity() where severity = 'critical';")" \
	"public.parent|block 3 is empty, but index parent_pkey points to $lost rows there|critical" \
	'and so says dbcheck_integrity()'
is "$(postgresql sick <<<"select count(*) from dbcheck_integrity('{\"level\": \"quick\"}') where severity = 'critical';")" 0 \
	'at level quick tables are not read'
is "$(findings orphaned_rows)" \
	"warning public.child: $orphans rows have no parent in public.parent by foreign key (parent_id); parents are lost: block 3 is empty, but index parent_pkey points to $lost rows there f" \
	'orphans of lost parents are said to be, without a repair'
is "$(postgresql sick <<<"select suggestion from dbhealth_checks('{\"checks\": [\"orphaned_rows\"]}')")" \
	'Restore public.parent from a backup, then look again: a repair of the rows of public.child would remove rows whose parents a backup still has.' \
	'and are not to be repaired'
is "$(postgresql sick <<<"select string_agg(r ->> 'check_id', ' ') from jsonb_array_elements(
		dbhealth_report('{\"checks\": [\"orphaned_rows\", \"integrity_structure\"]}') -> 'recommendations') as r")" \
	'integrity_structure orphaned_rows' 'damage comes before what follows from it'
is "$(postgresql sick <<<"select (x ->> 'rows') || ' ' || (x #>> '{unknown,0,reason}') from dbcheck_repair('{\"orphans\": \"quarantine\"}') as x;")" \
	"0 rows of public.parent are lost: block 3 is empty, but index parent_pkey points to $lost rows there" \
	'a dry run repairs none of them'
is "$(postgresql sick <<<"select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": false}');" 2>&1)" \
	"ERROR:  rows of public.parent are lost: block 3 is empty, but index parent_pkey points to $lost rows there
DETAIL:  Rows of public.child refer to them.
HINT:  Restore the lost rows first, from a backup; to repair the rows all the same, add {\"despite_damage\": true} to the options." \
	'a repair that would delete them is refused'
is "$(postgresql sick <<<'select count(*) from child;')" 400 'and deletes nothing'
is "$(postgresql sick <<<"select x ->> 'rows' from dbcheck_repair('{\"orphans\": \"quarantine\", \"despite_damage\": true}') as x;")" \
	$orphans 'unless it was asked for'

# ---- what is no damage ----

# a page that a crash has left has no entries
blocks=$(postgresql sick <<<"select pg_relation_size('untouched') / 8192;")
untouched=$(path_of untouched)
damage "$untouched" "$blocks" 2
is "$(findings integrity_structure | grep -c untouched)" 0 'pages of zeros that never had rows are no finding'
postgresql sick <<<'insert into untouched select n from generate_series(1001, 2000) as n;'
is "$(findings integrity_structure | grep -c untouched)" 0 'nor when they have got rows'
loose=$(path_of loose)
damage "$loose" 1
is "$(findings integrity_structure | grep -c loose)" 0 'without an index nothing tells that a page had rows'
postgresql sick <<<'vacuum loose;'
is "$(findings integrity_structure | grep -c loose)" 0 '... as long as VACUUM has not read them'
damage "$loose" 3 2
is "$(findings integrity_structure | grep loose)" \
	'critical public.loose is damaged: blocks 3, 4 are empty, but VACUUM has read rows or free space there f' \
	'... and then the visibility map does'
like "$(postgresql sick <<<"select object, problem from dbcheck_integrity()")" \
	'public.loose blocks 3, 4 are empty, but VACUUM has read rows' '... as it does for dbcheck_integrity()'

# ---- a file that was cut, and several pages ----

test/pg_server.sh stop "$tmp/server"
truncate -s $((8 * 8192)) "$tmp/server/data/$parent"
test/pg_server.sh start "$tmp/server"
like "$(findings integrity_structure | grep parent)" 'block 3 is empty, but index parent_pkey points to [0-9]+ rows there' \
	'an empty page is named before the end of the file'
test/pg_server.sh stop "$tmp/server"
truncate -s $((2 * 8192)) "$tmp/server/data/$untouched"
test/pg_server.sh start "$tmp/server"
like "$(findings integrity_structure | grep untouched)" \
	'^critical public.untouched is damaged: its file ends before block 2, but index untouched_pkey points to [0-9]+ rows behind it f$' \
	'a file that was cut is damage'

# ---- a page that cannot be read, beside pages of zeros ----

postgresql sick <<-'END'
	create extension amcheck;
	create table torn (id int primary key, note text);
	insert into torn select n, repeat('x', 500) from generate_series(1, 200) as n;
	checkpoint;
END
torn=$(path_of torn)
lost=$(postgresql sick <<<"select count(*) from torn where (ctid::text::point)[0] = 3;")
damage "$torn" 3
test/pg_server.sh stop "$tmp/server"
flip "$tmp/server/data/$torn" $((7 * 8192 + 100))
test/pg_server.sh start "$tmp/server"
is "$(postgresql sick <<<"select object, replace(problem, '$torn', 'FILE'), fix_sql from dbcheck_integrity() where object like '%torn%';")" \
	"public.torn block 3 is empty, but index torn_pkey points to $lost rows there; invalid page in block 7 of relation FILE 
public.torn invalid page in block 7 of relation FILE " 'it hides none of them, is named once, and no index is to be rebuilt for it'
like "$(findings integrity_structure | grep torn)" "block 3 is empty, but index torn_pkey points to $lost rows there; invalid page in block 7" \
	'... as in a report'
like "$(findings integrity_index_match | grep torn)" '^unknown public.torn_pkey could not be checked' '... where its index is no finding'
like "$(postgresql sick <<<"select suggestion from dbhealth_checks('{\"checks\": [\"heap_structure\"]}') where object = 'public.torn'")" \
	'save what can be read of public.torn with dbcheck_salvage' '... and the salvage is the way'
postgresql sick <<<'drop table torn;'

# ---- partitions ----

postgresql sick <<-'END'
	create table whole (id int primary key, note text) partition by range (id);
	create table part_1 partition of whole for values from (1) to (1000);
	insert into whole select n, repeat('x', 500) from generate_series(1, 100) as n;
	create table leaf (whole_id int references whole);
	insert into leaf select n from generate_series(1, 100) as n;
	checkpoint;
END
damage "$(path_of part_1)" 1 3
like "$(findings integrity_structure | grep part_1)" \
	'critical public.part_1 is damaged: blocks 1, 2, 3 are empty, but index part_1_pkey points to [0-9]+ rows there f' \
	'pages of a partition are named'
like "$(postgresql sick <<<"select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": false, \"relation\": \"leaf\"}');" 2>&1)" \
	'ERROR:  rows of (public.)?whole are lost: blocks 1, 2, 3 are empty' 'and stop the repair of rows that refer to the whole'
finish
