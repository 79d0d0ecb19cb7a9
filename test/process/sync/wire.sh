#!/bin/bash
# Digests with and without the extension: equal for values of all types, whatever
# the settings of the session and the encoding of the database; row by row, so
# that memory does not grow; and no code of others with the rights of the user.
. "$(dirname "$0")/../../lib.sh"

start_server s
psql -qd postgres -c 'create role app login createdb' -c 'create role low login'
psql -qd postgres -c "create database narrow encoding latin1 locale 'C' template template0" -c 'create database shop owner app'

# over ROLE FUNCTION ...: calls over the connection
over()
{
	build/wire/call "dbname=${database-shop} user=$1" "${@:2}" 2>&1
}

# inside ROLE ARGUMENTS: the same by the extension
inside()
{
	PGUSER=$1 psql -qAtX -F '|' -d "${database-shop}" -c "select * from dbsync_digest($2)" 2>&1
}

tables()
{
	PGUSER=app psql -qXd "$1" -v ON_ERROR_STOP=1 <<'SQL'
set timezone = 'UTC';
create type mood as enum ('sad', 'happy');
create type pair as (a int, b text);
create domain positive as numeric(10, 3) check (value > 0);
create domain nested as positive;
create table numbers (id int primary key, s smallint, b bigint, n numeric, r real, d double precision, o boolean, p nested, m money, x oid);
insert into numbers values
	(1, -32768, -9223372036854775808, '-Infinity', '-Infinity', '-Infinity', true, 0.001, -1.5, 0),
	(2, 32767, 9223372036854775807, 'Infinity', 'Infinity', 'Infinity', false, 1234567.890, 0, 4294967295),
	(3, 0, 0, 'NaN', 'NaN', 'NaN', null, 1, 92233720368547758.07, 1),
	(4, 1, 1, -0.0, '-0', '-0', true, 1.000, 1, 1),
	(5, 1, 1, 1e-300, 1.17549435e-38, 2.2250738585072014e-308, true, 1, 1, 1),
	(6, 1, 1, 1e300, 3.4028235e38, 1.7976931348623157e308, true, 1, 1, 1),
	(7, 1, 1, 123456789012345678901234567890.1234500, 1e-45, 4.9e-324, true, 1, 1, 1),
	(8, 1, 1, 0.1, 0.1, 0.1, true, 1, 1, 1),
	(9, 1, 1, 100.00, 16777216, 0.30000000000000004, true, 1, 1, 1),
	(10, null, null, null, null, null, null, null, null, null);
create table moments (id int primary key, d date, t timestamp, z timestamptz, c time, cz timetz, i interval);
insert into moments values
	(1, 'infinity', 'infinity', 'infinity', '24:00', '24:00+15:59', '178000000 years'),
	(2, '-infinity', '-infinity', '-infinity', '00:00', '00:00-15:59', '-178000000 years'),
	(3, '4713-01-01 BC', '4713-01-01 00:00:00 BC', '4713-01-01 00:00:00.000001+00 BC', '23:59:59.999999', '12:00+00', '1 day -2 hours 0.5 seconds'),
	(4, '5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '00:00:00.1', '12:00+05:45', '0'),
	(5, '0001-12-31 BC', '0001-12-31 23:59:59.5 BC', '0001-12-31 23:59:59.5+00 BC', null, null, null),
	(6, '10000-01-01', '10000-01-01 01:02:03', '10000-01-01 01:02:03+00', null, null, null),
	(7, '1969-12-31', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00', null, null, null),
	(8, '2024-02-29', '2024-02-29 12:00', '2024-02-29 12:00+05:45', null, null, null),
	(9, null, '294247-01-10 04:00:54.775806', '294247-01-10 04:00:54.775806+00', null, null, null),
	(10, null, '294247-01-10 04:00:54.775807', '294247-01-10 04:00:54.775807+00', null, null, null),
	(11, null, '294247-01-10 04:00:54.775808', '294247-01-10 04:00:54.775808+00', null, null, null),
	(12, null, '99999-12-31 00:00', '99999-12-31 00:00+00', null, null, null),
	(13, null, null, null, null, null, null);
create table texts (id int primary key, t text, v varchar(10), c char(8), "char" "char", n name, e mood, u uuid, x xml, bits bit(3), ip inet);
insert into texts values (1, '', '', '', '', '', 'sad', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '<a>b</a>', '101', '10.0.0.1/8'),
	(2, E'a\tb\nc\\d''"', ' x ', 'ab  ', 'a', 'Name', 'happy', null, null, null, '::1'),
	(3, repeat('long', 100000), null, null, null, null, null, null, null, null, null);
create table documents (id int primary key, j json, b jsonb, p jsonpath);
insert into documents values (1, '{"b": 1.0,  "a": [1e1, null, {"z": -0}]}', '{"b": 1.0,  "a": [1e1, null, {"z": -0}]}', '$.a[*]'),
	(2, ' "text" ', '"\u00e9"', null), (3, 'null', 'null', null), (4, null, null, null);
create table nests (id int primary key, a int[], t text[][], f float8[], z timestamptz[], b bytea[], p pair, r int4range, m tsrange[], n nested[]);
insert into nests values (1, '{}', '{{a,"b c"},{null,"NULL"}}', '{0.1,NaN,-Infinity,-0}', '{2026-01-02 03:04:05+02,infinity}',
	array['\x00ff'::bytea, ''], row(1, 'x "y"'), '[1,5)', array['[2026-01-01,2026-01-02)'::tsrange], '{1,2.000}'),
	(2, '[5:6]={1,2}', null, null, null, null, row(null, ''), 'empty', null, null), (3, null, null, null, null, null, null, null, null, null);
create table blobs (id bytea primary key, b bytea);
insert into blobs values ('', '\x00'), ('\x00ff5c27', 'text'), ('\xff', decode(repeat('00ff', 100000), 'hex')), ('\x01', null);
create table "Odd ""table"" from" ("from" int, "select, only" text, "Größe" int);
create table none ();
create table keyed (name text collate "C", part uuid, seq bigint, primary key (name, part, seq));
insert into keyed select 'n''' || i % 7, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', i from generate_series(1, 300) as i;
create table parted (id int, v text) partition by list (id);
create table parted_1 partition of parted for values in (1);
insert into parted values (1, 'x');
insert into none default values;
SQL
}

options='-c datestyle=German -c timezone=Asia/Kathmandu -c intervalstyle=iso_8601 -c bytea_output=escape -c extra_float_digits=-15'
for database in shop narrow; do
	psql -qd "$database" -c 'grant all on schema public to app'
	tables "$database"
	before=$(over app dbsync_digest)
	odd=$(PGOPTIONS="$options" over app dbsync_digest)
	psql -qXd "$database" -c 'create extension dbcare'
	is "$before" "$(inside app '')" "equal digests, encoding of $database"
	is "$odd" "$(PGOPTIONS=$options inside app '')" 'settings that format values do not count'
	is "$odd" "$before" 'nor do they with the extension'
	like "$before" 'moments\|13\|' 'all rows are counted'
done
database=shop

# ---- ranges ----
for call in 'keyed {"range_rows": 10}' 'numbers {"range_rows": 1}' 'blobs {"range_rows": 1}' 'keyed {"after": {"name": "n'"'"'2", "part": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "seq": 50}}' \
	'numbers {"after": {"id": 2}, "to": {"id": 8.5}}' 'blobs {"to": {"id": "\\x00ff5c27"}}' 'blobs {"after": {"id": "\\x00"}, "range_rows": 1}'; do
	is "$(over app dbsync_digest "${call%% *}" "${call#* }")" "$(inside app "'${call%% *}', '$(sed "s/'/''/g" <<<"${call#* }")'")" "ranges: $call"
done

# ---- memory ----
psql -qd shop -c "create table wide as select i, repeat('x', 100000) as t from generate_series(1, 3000) as i" -c 'alter table wide owner to app'
psql -qd narrow -c 'create table wide (i int, t text)' -c 'alter table wide owner to app'
psql -qAtXd shop -c 'drop extension dbcare cascade'
psql -qAtXd narrow -c 'drop extension dbcare cascade'
here="postgresql:///shop?user=app"
is "$(ulimit -v 250000; build/dbcare --db "$here" --json sync --table wide "postgresql:///narrow?user=app" 2>&1 | tr -d "\n")" '[{"table_name": "public.wide", "rows_here": 3000, "rows_there": 0}]' \
	'a table larger than the memory of the command'

# ---- rights, and code of others ----
user=$(psql -qAtXd postgres -c 'select current_user')
psql -qd postgres -c 'create database trap'
database=trap
psql -qd trap -c 'create schema trap authorization low' -c 'create role member login in role low' -c 'grant usage on schema trap to app'
PGUSER=low psql -qd trap <<'SQL'
create function trap.spring(int) returns boolean language plpgsql immutable as
	$$ begin if current_user <> 'low' then raise exception 'sprung as %', current_user; end if; return true; end $$;
create table trap.simple (id int primary key, owner name);
insert into trap.simple values (1, 'low'), (2, 'app'), (3, 'member');
create table trap.guarded (id int);
create index on trap.guarded (id) where trap.spring(1);
insert into trap.guarded values (1);
create table trap.hidden (id int, owner name);
insert into trap.hidden select * from trap.simple;
alter table trap.hidden enable row level security;
alter table trap.hidden force row level security;
create policy own on trap.hidden using (owner = current_user);
grant select on trap.simple, trap.hidden, trap.guarded to app;
SQL
like "$(over "$user" dbsync_digest trap.guarded)" "code of role \"low\" would run with the rights of role \"$user\"\\. Connect as the owner" \
	'a function of another role does not run'
like "$(over member dbsync_digest trap.guarded)" 'code of role "low" would run with the rights of role "member"' 'nor as a member of that role'
like "$(over app dbsync_digest trap.guarded)" 'sprung as app' 'for others it does, as in their own statements'
like "$(over low dbsync_digest trap.guarded)" 'trap.guarded\|1\|' 'its owner gets a digest'
like "$(over "$user" dbsync_digest trap.simple)" 'code of role "low" would run' '... nor one that the owner can add meanwhile'
like "$(over app dbsync_digest trap.simple)" 'trap.simple\|3\|' 'a table without such code has one for others'
like "$(over member dbsync_digest trap.hidden)" 'code of role "low" would run' 'a member of the owner gets no part of the rows'
like "$(over app dbsync_digest trap.hidden)" 'trap.hidden\|1\|' 'others get those that they may see'
psql -qd trap -c 'revoke select on trap.simple from app'
like "$(over app dbsync_digest trap.simple)" 'permission denied for table simple' 'a table without the privilege to read it'
finish
