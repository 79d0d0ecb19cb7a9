#!/bin/bash
# dbmigrate_backfill() on PostgreSQL: keys of many types are read back as what they
# were, partitions are gone through, what it cannot go through is refused, and
# nothing that others have planted runs.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

db=run
start_server server
postgresql_new "$db"

# goes_through TABLE ROWS NAME [SQL]: after SQL in the same session, a backfill of
# the table changes column v of every row once, in more than one batch.
goes_through()
{
	local said status=0

	said=$(postgresql "$db" <<-END
		${4-}
		call dbmigrate_backfill('$1', 'update $1 as x set v = x.v + 1', '{"batch_ms": 1, "pause_ms": 0, "lock_timeout_ms": 10000}');
		select count(*), min(v), max(v) from $1;
		select batches > 1 from dbmigrate_backfills() where name = '$1';
	END
	) || status=1
	is "$(tail -n 2 <<<"$said")" "$2 1 1
t" "$3" || echo "# $status"
}

# refused SQL PATTERN NAME: a backfill with that statement is refused.
refused()
{
	like "$(postgresql "$db" <<<"call dbmigrate_backfill('no', '$1');" || true)" "$2" "$3"
}

postgresql "$db" <<-'END' >"$tmp/made"
	create collation ignoring (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
	create domain positive as numeric(12, 3) check (value > 0);
	create domain tiny as positive;
	create type mood as enum ('sad', 'content', 'glad');
	create schema app;
	create type app."Odd type" as enum ('b', 'a');
	create table app.numbers (n numeric, f double precision, t tiny, v int default 0, primary key (n, f, t));
	insert into app.numbers select i * 1e20 + 0.1, 1 / (i + 0.3)::float8, i / 7.0 + 1 from generate_series(1, 1000) as i;
	insert into app.numbers values ('NaN', 'Infinity', 1), ('-Infinity', '-0', 2), ('NaN', 'NaN', 3);
	create table app.times (at timestamptz, d date, i interval, v int default 0, primary key (at, d, i));
	insert into app.times select '2026-03-29 00:00:00+01'::timestamptz + i * interval '17 minutes 1 microsecond',
		date '2020-01-31' + i, i * interval '1 month -1 day 0.001 second' from generate_series(1, 1000) as i;
	insert into app.times values ('infinity', '-infinity', '0');
	create table app.texts (a text collate ignoring, b varchar(10), c char(5), n name, v int default 0, primary key (a, b, c, n));
	insert into app.texts select E'it''s \\ ' || i % 100 || E'\n', i % 10, i % 7, 'n' || i from generate_series(1, 1000) as i;
	create table app.others (u uuid, b bytea, m mood, o app."Odd type", l int[], x bit(4), bo boolean, ne inet, r int4range, v int default 0,
		primary key (u, b, m, o, l, x, bo, ne, r));
	insert into app.others select md5(i::text)::uuid, decode(md5(i::text), 'hex'), (enum_range(null::mood))[i % 3 + 1],
		case when i % 2 = 0 then 'a' else 'b' end::app."Odd type", array[i, null], (i % 16)::bit(4), i % 2 = 0,
		'10.0.0.0'::inet + i, int4range(i, i + 2) from generate_series(1, 1000) as i;
	create table app.lists (l text[] primary key, v int default 0);
	insert into app.lists select array['NULL', null, i::text] from generate_series(1, 500) as i;
	insert into app.lists select array[null, 'NULL', i::text] from generate_series(1, 500) as i;
	create table app.pg_class (id int);
	create table app.objects (o regclass primary key, v int default 0);
	insert into app.objects select oid from pg_class;
	create table app.prices (m money primary key, v int default 0);
	create table app."Odd "" table" ("Key ""1""" bigint primary key, v int default 0);
	insert into app."Odd "" table" select i * 1000000007::bigint from generate_series(-500, 500) as i;
	create table app.part (k int, d date, v int default 0, primary key (d, k)) partition by range (d);
	create table app.part1 partition of app.part for values from ('2020-01-01') to ('2021-01-01');
	create table app.part2 partition of app.part for values from ('2021-01-01') to ('2022-01-01') partition by list (k);
	create table app.part2a partition of app.part2 default;
	insert into app.part select i, date '2020-06-01' + i % 400 from generate_series(1, 2000) as i;
END

goes_through app.numbers 1003 'numbers, and domains of domains'
strange="set datestyle = 'German, DMY'; set timezone = 'Asia/Kathmandu'; set intervalstyle = 'sql_standard';
	set extra_float_digits = 0; set bytea_output = 'escape'; set search_path = app, pg_temp;"
goes_through app.times 1001 'times, whatever the settings of the session' "${strange/search_path = app, pg_temp/search_path = app, public}"
goes_through app.texts 1000 'texts, and a collation that takes many for one'
goes_through app.others 1000 'other types, and those of a schema that is not in the search_path' "${strange/search_path = app, pg_temp/search_path = public}"
goes_through app.lists 1000 'arrays with nulls under array_nulls = off' 'set array_nulls = off;'
goes_through app.objects "$(postgresql "$db" <<<'select count(*) from app.objects')" \
	'names of objects that mean others in the search_path' 'set search_path = app, pg_catalog, public;'
goes_through 'app."Odd "" table"' 1001 'names that need quotes'
goes_through app.part 2000 'a partitioned table'
goes_through app.part2 "$(postgresql "$db" <<<'select count(*) from app.part2')" 'a partition that has partitions' \
	'update app.part2 set v = 0;'

# ---- what it cannot go through ----

name=$(printf 'n%.0s' {1..63})
postgresql "$db" <<-END >"$tmp/made"
	create table keyless (a int);
	create table parent (id int primary key, a int);
	create table child () inherits (parent);
	create view seen as select * from parent;
	create table fixed (id int generated always as identity primary key, a int, check (a < 50));
	insert into fixed (a) values (1), (2), (3);
	create table made (a int, b int, id int generated always as (a * 2) stored primary key);
	create table long ($name int primary key);
END
refused 'update keyless set a = 1' 'table public.keyless has no primary key' 'a table without a key'
refused 'update parent set a = 1' 'table public.parent has tables that inherit from it' 'a table others inherit from'
refused 'update seen set a = 1' 'seen is not a table' 'a view'
refused 'update app.prices set v = 1' 'has a primary key of type money' 'a key of money'
refused 'update only parent set a = 1' 'a backfill cannot use ONLY' 'ONLY'
refused 'update fixed set a = 1 where' 'syntax error' 'what is no SQL'
refused 'update fixed set ID = 1' 'a backfill cannot change column "id" of the primary key' 'a change of the key'
refused 'update made set b = 1, a = 2' 'a backfill cannot change column "a" of the primary key' 'a change of what the key is made of'
refused "update long set ${name}x = 1" 'a backfill cannot change column "n+" of the primary key' 'a change of the key by a name that is too long'
like "$(postgresql "$db" <<<"create temp table passing (id int primary key, a int);
	call dbmigrate_backfill('no', 'update passing set a = 1');" || true)" 'is temporary' 'a temporary table'
like "$(postgresql "$db" <<<"call dbmigrate_backfill('few', 'update fixed set a = a * 20');" || true)" \
	'ERROR:  new row for relation "fixed" violates check constraint "fixed_a_check"
DETAIL:  Failing row contains \(3, 60\). Completed batches are kept' 'a failure is raised as it is'
is "$(postgresql "$db" <<<"select state, rows_seen, failure from dbmigrate_backfills() where name = 'few'")" \
	'failed 0 new row for relation "fixed" violates check constraint "fixed_a_check": Failing row contains (3, 60).' \
	'and written down'
is "$(postgresql "$db" <<<"update fixed set a = 2; call dbmigrate_backfill('few'); select sum(a) from fixed" | tail -n 1)" 120 \
	'and put right'

# ---- what others have planted ----

postgresql "$db" <<-'END' >"$tmp/made"
	create role mallory;
	create schema evil authorization mallory;
	set role mallory;
	create function evil.never(int, int) returns boolean language plpgsql as 'begin raise exception ''sprung''; end';
	create operator evil.> (function = evil.never, leftarg = int, rightarg = int);
	create operator evil.<= (function = evil.never, leftarg = int, rightarg = int);
	create function evil.format(text, int, text) returns text language plpgsql as 'begin raise exception ''sprung''; end';
	create function evil.set_config(text, text, boolean) returns text language plpgsql as 'begin raise exception ''sprung''; end';
	create type evil.int4 as enum ('sprung');
	reset role;
	create table aim (id int primary key, v int default 0);
	insert into aim select generate_series(1, 1000);
END
goes_through aim 1000 'operators, functions and types of others in the search_path are not met' \
	'set search_path = evil, pg_catalog, public;'
finish
