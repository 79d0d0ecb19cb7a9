#!/bin/bash
# dbcheck_salvage on PostgreSQL: rows of a table whose pages are damaged are saved in
# a new table, and those that are lost are taken from the newest dump.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

export PGOPTIONS='-c client_min_messages=error'
# programs that the server starts would have it
unset PGCLIENTENCODING

mkdir "$tmp/backups" "$tmp/others"
chmod 777 "$tmp/backups" "$tmp/others"
head -c 32 /dev/urandom >"$tmp/key"
chmod 600 "$tmp/key"
[ "$(id -u)" -ne 0 ] || chown postgres "$tmp/key"
start_server server "dbcare.backup_roots = '$tmp/backups, $tmp/others'"
enable_checksums server
postgresql_new shop
postgresql shop <<-'END' >"$tmp/out"
	create extension amcheck;
	create schema "My shop";
	create table "My shop"."In voice" ("The id" int, part text, note text, at timestamptz, raw bytea, total numeric,
		double_total numeric generated always as (total * 2) stored, primary key ("The id", part));
	insert into "My shop"."In voice" select n, E'a\t''\\' || n % 3, case when n % 7 > 0 then repeat(E'x\n\\', 50) end,
		timestamptz '2026-01-01' + n * interval '1 hour', decode(md5(n::text), 'hex'), n / 7.0 from generate_series(1, 2000) as n;
	create table loose (note text);
	insert into loose select repeat('x', 500) from generate_series(1, 100);
	create table keyed (id int primary key, note text);
	insert into keyed select n, repeat('y', 400) from generate_series(1, 400) as n;
	create table parted (id int primary key) partition by range (id);
	create table sound (id int primary key, note text);
	insert into sound select n, n from generate_series(1, 3000) as n;
	create role clerk; create role other;
	create schema den authorization clerk;
	set role clerk;
	create function den.trap(text) returns boolean language sql as $run$select current_user = 'clerk'$run$;
	create domain den.word as text check (value is null or den.trap(value));
	create domain den.code as varchar(9) collate "C" not null;
	create domain den.key as den.code check (den.trap(value));
	create table den.own (id den.key primary key, w den.word);
	insert into den.own select n, repeat('w', 300) from generate_series(1, 200) as n;
	reset role;
	select dbbackup_create('older') is null;
	select dbbackup_create('newest') is null;
	insert into "My shop"."In voice" select n, 'new', 'n', now(), 'x', n from generate_series(2001, 2010) as n;
	update sound set note = 'later';
	checkpoint;
END
# ask SQL: its answer or error
ask()
{
	postgresql shop <<<"$1" 2>&1 || true
}
ask "select dbbackup_create('secret', '{\"directory\": \"$tmp/others\", \"encrypt\": {\"key_file\": \"$tmp/key\"}}')" >"$tmp/out"
ask "create table kept as select * from \"My shop\".\"In voice\"; create table kept_keyed as select * from keyed" >"$tmp/out"
# damage TABLE BLOCK [SOURCE OFFSET LENGTH]: overwrites a block, or a part of it
damage()
{
	local file

	file=$tmp/server/data/$(ask "checkpoint; select pg_relation_filepath('$1')" | tail -n 1)
	test/pg_server.sh stop "$tmp/server"
	dd if="${3-/dev/zero}" of="$file" bs=1 seek=$(($2 * 8192 + ${4-0})) count="${5-8192}" conv=notrunc status=none
	test/pg_server.sh start "$tmp/server"
}
# salvage TABLE NEW [OPTIONS]: the result
salvage()
{
	ask "select dbcheck_salvage('$1', '$2'${3:+, '$3'})"
}
# facts JSON: rows, rows of the backup, problems
facts()
{
	ask "select j ->> 'rows', j ->> 'from_backup', j ->> 'problems', j ->> 'backup', j ->> 'success' from (select \$r\$$1\$r\$::jsonb) as x (j)"
}

is "$(facts "$(salvage sound sound_saved)")" '3000 0 0  true' 'of a sound table all rows are saved'
is "$(ask 'select count(*) from (table sound except table sound_saved) as x')" 0 '... as they are'

# ---- a page of zeros, and one that fails its checksum ----

head -c 8192 /dev/urandom >"$tmp/noise"
damage '"My shop"."In voice"' 3
damage '"My shop"."In voice"' 6 "$tmp/noise" 100 50
before=$(md5sum "$tmp/server/data/$(ask "select pg_relation_filepath('\"My shop\".\"In voice\"')")" | cut -d ' ' -f 1)
result=$(salvage '"My shop"."In voice"' 'Saved "one"')
like "$result" '"problem": "invalid page in block 6' 'the page that cannot be read is named'
is "$(ask "select j ->> 'backup', (j ->> 'rows')::int + (j ->> 'from_backup')::int, (j ->> 'from_backup')::int > 10 from (select \$r\$$result\$r\$::jsonb) as x (j)")" 'newest 2010 t' 'the rows of both pages are taken from the newest dump'
is "$(ask 'select count(*) from (select "The id", part, note, at, raw, total from kept except select "The id", part, note, at, raw, total from "My shop"."Saved ""one""") as x')" 0 '... with their values'
is "$(md5sum "$tmp/server/data/$(ask "checkpoint; select pg_relation_filepath('\"My shop\".\"In voice\"')")" | cut -d ' ' -f 1)" "$before" '... and nothing was written to the damaged one'
like "$(salvage '"My shop"."In voice"' 'Saved "one"')" 'already exists' 'a table that exists is not overwritten'

# ---- what no backup has ----

ask "insert into keyed select n, 'later' from generate_series(401, 420) as n" >"$tmp/out"
last=$(ask "select max((ctid::text::point)[0])::int from keyed")
damage keyed "$last"
damage keyed 2
result=$(salvage keyed keyed_saved)
like "$result" '"key": \{"id": "4[0-2][0-9]"\}, "ctid": "\('"$last"',[0-9]+\)", "problem": "index keyed_pkey has it' 'a row that no backup has is listed with its key and ctid'
is "$(ask "select count(*) from (table kept_keyed except table keyed_saved) as x")" 0 '... all others are saved'
is "$(ask "select (j ->> 'rows')::int + (j ->> 'from_backup')::int + (j ->> 'problems')::int from (select \$r\$$result\$r\$::jsonb) as x (j)")" 420 '... so that each row is one or the other'

# ---- no key, another kind, no right ----

damage loose 1
like "$(salvage loose loose_saved)" '"block": 1, "problem": "it is empty.*"rows": 8[0-9],.*"success": false' 'without an index the rest is saved'
like "$(salvage parted x)" 'parted has no pages of rows' 'a partitioned table has none'
like "$(salvage nowhere x)" 'nowhere' 'a table that does not exist'
ask "create role plain login; grant execute on function dbcheck_salvage to plain; grant all on schema public to plain; grant all on keyed to plain" >"$tmp/out"
like "$(PGUSER=plain ask "select dbcheck_salvage('keyed', 'mine')")" 'must be superuser to salvage a table' 'only superusers salvage'

# ---- code of others ----

# saved TABLE NEW: the types of the new one, its owner, and its rows
saved()
{
	ask "select dbcheck_salvage('$1', '$2') ->> 'problems'"
	ask "select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attcollation::regcollation), ', ' order by attnum)
		from pg_attribute where attrelid = 'den.$2'::regclass and attnum > 0 and not attisdropped"
	ask "select relowner::regrole from pg_class where oid = 'den.$2'::regclass"
	ask "table den.$2 order by 1 limit 3"
}
damage den.own 0
is "$(facts "$(salvage den.own own_saved)" | sed 's/^[0-9]* [0-9]* //')" '0 newest true' 'rows of a domain are copied'
is "$(ask "select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attcollation::regcollation), ', ' order by attnum)
	from pg_attribute where attrelid = 'den.own_saved'::regclass and attnum > 0")" 'id character varying(9) "C", w text "default"' '... with types that run nothing'
is "$(ask "select tableowner, (select count(*) from den.own_saved) from pg_tables where tablename = 'own_saved'")" 'clerk 200' '... and who has the table has the new one, too'
ask "create table den.theirs (id int, w den.word); insert into den.theirs (id) values (1), (2);
	alter table den.theirs drop column id, add column n numeric(5, 2) default 1; alter table den.theirs owner to other" >"$tmp/out"
is "$(saved den.theirs theirs_saved)" $'0\nw text "default", n numeric(5,2) -\nother\n 1.00\n 1.00' 'owners who do not trust each other'
ask "set role clerk; create type den.pair as (a den.code, b int); create type den.plain as (a text, b int);
	create domain den.tag as text; create domain den.list as den.tag[]; create domain den.codes as den.code[];
	create domain den.old as int; create type den.span as range (subtype = den.old); reset role;
	create table den.others (id int, many den.code[], list den.list, codes den.codes[], pair den.pair, pairs den.pair[], plain den.plain, plains den.plain[], span den.span, spans den.span[]);
	alter table den.others alter many set storage external;
	insert into den.others select 1, array_agg(('a' || n)::den.code), '{x,NULL,z}', null, row('p', 2)::den.pair, array[row('q', 3)::den.pair, null],
		row('r', 4)::den.plain, array[row('s', 5)::den.plain], '[1,3)', array['[4,6)'::den.span] from generate_series(1, 3000) as n;
	insert into den.others (id) values (2);
	update den.others set codes = array['{c,d}'::den.codes] where id = 1;
	alter table den.others owner to other" >"$tmp/out"
is "$(saved den.others others_saved | sed 's/{a1,.*,a3000}/{a1,...}/')" '0
id integer -, many character varying(9)[] "C", list text[] "default", codes text "default", pair text "default", pairs text "default", plain den.plain -, plains den.plain[] -, span text "default", spans text "default"
other
1 {a1,...} {x,NULL,z} {"{c,d}"} (p,2) {"(q,3)",NULL} (r,4) {"(s,5)"} [1,3) {"[4,6)"}
2         ' 'arrays, rows and ranges of domains'
is "$(ask "select count(*), bool_and(x = 'a' || i) from den.others_saved, unnest(many) with ordinality as u (x, i)")" '3000 t' '... as values of their new types'
ask "create table den.wide (id int primary key, note text); insert into den.wide values (1, 'a'), (2, 'b'), (3, 'c');
	update pg_attribute set attnotnull = true where attrelid = 'den.wide'::regclass and attname = 'note'" >"$tmp/out"
ask "update pg_attribute set attnotnull = false where attrelid = 'den.wide'::regclass and attname = 'note'; update den.wide set note = null where id = 2;
	update pg_attribute set attnotnull = true where attrelid = 'den.wide'::regclass and attname = 'note'" >"$tmp/out"
like "$(salvage den.wide wide_saved)" '"problem": "column \\"note\\" is null".*"rows": 2' 'a null where none can be is a problem of its row'
ask 'create role by_default; alter default privileges grant all on tables to by_default, public' >"$tmp/out"
salvage den.wide wide_again >"$tmp/out"
ask 'alter default privileges revoke all on tables from by_default, public; drop role by_default' >"$tmp/out"
is "$(ask "select relacl from pg_class where relname = 'wide_again'")" '{postgres=arwdDxt/postgres}' 'default privileges grant nothing on the new table'

# ---- an encrypted backup, a damaged one, none ----

like "$(salvage keyed k1 "{\"directory\": \"$tmp/others\"}")" '"why_no_backup": ".*encrypted' 'the key of an encrypted backup is asked for'
like "$(salvage keyed k2 "{\"directory\": \"$tmp/others\", \"decrypt\": {\"key_file\": \"$tmp/key\"}}")" '"backup": "secret".*"from_backup": 22' '... and used'
rm -r "$tmp/backups"/*
like "$(salvage keyed k3)" '"why_no_backup": "there is no sound dump' 'without a backup the rows are listed'
ask "set statement_timeout = 1; select dbcheck_salvage('\"My shop\".\"In voice\"', 'cancelled')" >"$tmp/out"
is "$(ask "select count(*) from pg_class where relname = 'cancelled'")" 0 'a call that is cancelled leaves no table'

# ---- another encoding ----

psql -qX -d postgres -c "create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"
latin()
{
	PGCLIENTENCODING=UTF8 postgresql latin <<<"$1" 2>&1 || true
}
latin "create extension dbcare; create table \"wörter\" (\"schlüssel\" text primary key, \"maß\" text);
	insert into \"wörter\" select 'ü' || n, repeat('ß', 300) || n from generate_series(1, 100) as n; select dbbackup_create('latin') is null; checkpoint" >"$tmp/out"
file=$tmp/server/data/$(latin "select pg_relation_filepath('\"wörter\"')")
test/pg_server.sh stop "$tmp/server"
dd if=/dev/zero of="$file" bs=8192 seek=1 count=1 conv=notrunc status=none
test/pg_server.sh start "$tmp/server"
like "$(latin "select problem from dbcheck_integrity('{\"level\": \"full\"}')")" 'index "wörter_pkey" points to 2[0-9] rows there' 'LATIN1: the damage is named'
is "$(latin "select j ->> 'lost' from dbcheck_salvage('\"wörter\"', 'gerettet') as j; select count(*) from (table \"wörter\" union table gerettet) as x where \"schlüssel\" = 'ü' || ltrim(\"maß\", 'ß')")" '[]
100' 'LATIN1: rows of the dump are those that were lost'
finish
