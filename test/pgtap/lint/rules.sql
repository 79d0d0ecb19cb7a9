-- dbmigrate_lint: rules about tables and data that are PostgreSQL's own, each
-- with a statement it is about and one it is just not about; and how bad they are
-- for tables of different sizes.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
select no_plan();
create schema lr;
set local search_path = lr, public;
set local dbcare.lint_large_table_mb = 0.05;

create table large (id bigint, other bigint, note text, amount integer, code varchar(10));
insert into large select i, i, 'note ' || i, i, 'code' from generate_series(1, 2000) i;
create table empty (id bigint, other bigint, note text);
create table parents (id bigint primary key);
insert into parents select i from generate_series(1, 2000) i;
create table children (id bigint primary key references parents, note text not null, day timestamptz, price numeric(8,2),
	constraint known check (note is not null), amount integer, constraint amount_known check (amount is not null));
insert into children select i, 'note ' || i, now(), 1, 1 from generate_series(1, 2000) i;
create index children_note on children (note);
create table divided (id bigint, day date) partition by range (day);
create table divided_a partition of divided for values from ('2024-01-01') to ('2025-01-01');
create table divided_rest partition of divided default;
insert into divided select i, '2024-02-01' from generate_series(1, 2000) i;
create table apart (id bigint, day date);
insert into apart select i, '2025-02-01' from generate_series(1, 2000) i;
create materialized view totals as select * from large;
create type mood as enum ('sad', 'ok');
create domain checked as integer check (value > 0);
create domain plain as integer;
create table of_domain (a plain);
insert into of_domain select 1 from generate_series(1, 20000);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger large_trigger before insert on large for each row execute function f();

-- How severe a rule finds a script, or nothing.
create function pg_temp.severity(rule text, script text, options jsonb default '{}') returns text
language sql as $$
	select string_agg(distinct l.severity, ', ')
	from dbmigrate_lint($2, $3 || jsonb_build_object('rules', jsonb_build_array($1))) as l
$$;

create temp table cases (no serial, rule text, script text, severity text);
insert into cases (rule, script, severity) values
	('index-not-concurrent', 'create index i on large (note)', 'error'),
	('index-not-concurrent', 'create index i on totals (note)', 'error'),
	('index-not-concurrent', 'create index concurrently i on large (note)', null),
	('index-not-concurrent', 'create index i on empty (note)', null),
	('index-not-concurrent', 'create table new as select * from large; create index i on new (note)', null),
	('index-not-concurrent', 'create index i on nowhere (note)', 'error'),
	('index-partitioned-parent', 'create index i on divided (id)', 'error'),
	('index-partitioned-parent', 'create index i on only divided (id)', null),
	('drop-index-not-concurrent', 'drop index children_note', 'warning'),
	('drop-index-not-concurrent', 'drop index concurrently children_note', null),
	('reindex-not-concurrent', 'reindex index children_note', 'error'),
	('reindex-not-concurrent', 'reindex table children', 'error'),
	('reindex-not-concurrent', 'reindex table concurrently children', null),
	('concurrent-if-not-exists', 'create index concurrently if not exists i on large (note)', 'warning'),
	('concurrent-if-not-exists', 'create index concurrently i on large (note)', null),
	('concurrent-in-txn', 'begin; create index concurrently i on large (note); commit', 'error'),
	('concurrent-in-txn', 'create index concurrently i on large (note); create table new (a integer)', 'warning'),
	('concurrent-in-txn', 'set lock_timeout = ''2s''; create index concurrently i on large (note)', null),
	('concurrent-in-txn', 'refresh materialized view concurrently totals', null),
	('unique-on-existing', 'create unique index i on large (note)', 'warning'),
	('unique-on-existing', 'create unique index i on empty (note)', null),
	('unique-on-existing', 'alter table large add unique using index i', null),
	('unique-on-existing', 'delete from large a using large b where a.note = b.note and a.id < b.id;
		create unique index i on large (note)', null),
	('fk-without-index', 'alter table large add foreign key (other) references parents', 'warning'),
	('fk-without-index', 'alter table large add foreign key (other) references parents;
		create index on large (other)', null),
	('fk-without-index', 'alter table children add foreign key (id) references large (id)', null),
	('fk-without-index', 'create table new (id bigint references parents)', 'info'),
	('fk-without-index', 'create table new (id bigint primary key references parents)', null),
	('index-too-wide', 'create index i on large (id, other, note, amount)', 'info'),
	('index-too-wide', 'create index i on large (id, other, note)', null),
	('fk-not-valid', 'alter table large add foreign key (other) references parents', 'error'),
	('fk-not-valid', 'alter table large add foreign key (other) references parents not valid', null),
	('fk-not-valid', 'alter table large add column parent bigint references parents', 'error'),
	('fk-not-valid', 'alter table empty add foreign key (other) references parents', null),
	('fk-on-new-table', 'create table new (id bigint references parents)', 'info'),
	('fk-on-new-table', 'create table new (id bigint references empty)', null),
	('check-not-valid', 'alter table large add check (amount > 0)', 'error'),
	('check-not-valid', 'alter table large add check (amount > 0) not valid', null),
	('check-not-valid', 'alter table large add column positive integer check (positive > 0)', 'error'),
	('check-not-valid', 'alter table large add column positive checked', 'error'),
	('check-not-valid', 'alter table large add column positive plain', null),
	('validate-same-txn', 'alter table large add constraint k check (amount > 0) not valid;
		alter table large validate constraint k', 'error'),
	('validate-same-txn', 'alter table large validate constraint k', null),
	('unique-constraint-direct', 'alter table large add unique (id)', 'error'),
	('unique-constraint-direct', 'alter table large add primary key (id)', 'error'),
	('unique-constraint-direct', 'alter table large add column token text unique', 'error'),
	('unique-constraint-direct', 'alter table large add constraint u unique using index i', null),
	('exclusion-constraint', 'alter table large add exclude using gist (id with =)', 'error'),
	('exclusion-constraint', 'create table new (id int, exclude using gist (id with =))', null),
	('drop-constraint', 'alter table children drop constraint children_pkey', 'warning'),
	('drop-constraint', 'alter table children drop constraint children_pkey, add primary key (id, amount)', null),
	('drop-constraint', 'alter table children drop constraint known', 'info'),
	('drop-constraint', 'alter table children drop constraint known, add constraint known check (note <> '''')', null),
	('drop-fk', 'alter table children drop constraint children_id_fkey', 'warning'),
	('drop-fk', 'alter table children drop constraint known', null),
	('drop-fk-locks-parent', 'alter table children drop constraint children_id_fkey', 'warning'),
	('drop-fk-locks-parent', 'alter table children drop constraint known', null),
	('domain-constraint', 'alter domain plain add check (value > 0)', 'warning'),
	('domain-constraint', 'alter domain plain add constraint c check (value > 0) not valid', null),
	('domain-constraint', 'create domain small as integer check (value < 9)', 'info'),
	('domain-constraint', 'create domain small as integer', null),
	('partition-attach', 'alter table divided attach partition apart for values from (''2025-01-01'') to (''2026-01-01'')', 'error'),
	('partition-detach', 'alter table divided detach partition divided_a', 'warning'),
	('partition-detach', 'alter table divided detach partition divided_a concurrently', null),
	('partition-create-drop', 'create table divided_b partition of divided for values from (''2026-01-01'') to (''2027-01-01'')', 'warning'),
	('partition-create-drop', 'create table divided_b (like divided)', null),
	('partition-create-drop', 'drop table divided_a', 'warning'),
	('partition-create-drop', 'drop table apart', null),
	('set-not-null', 'alter table large alter column note set not null', 'error'),
	('set-not-null', 'alter table children alter column amount set not null', null),
	('set-not-null', 'alter table empty alter column note set not null', null),
	('drop-not-null', 'alter table children alter column note drop not null', 'info'),
	('drop-not-null', 'create table new (a integer not null); alter table new alter column a drop not null', null),
	('add-required-column', 'alter table large add column a integer not null', 'error'),
	('add-required-column', 'alter table large add column a integer not null default 1', null),
	('add-required-column', 'alter table large add column a integer', null),
	('add-column-volatile-default', 'alter table large add column a uuid default gen_random_uuid()', 'error'),
	('add-column-volatile-default', 'alter table large add column a serial', 'error'),
	('add-column-volatile-default', 'alter table large add column a bigint generated always as identity', 'error'),
	('add-column-volatile-default', 'alter table large add column a integer generated always as (amount + 1) stored', 'error'),
	('add-column-volatile-default', 'alter table large add column a timestamptz default now()', null),
	('add-column-volatile-default', 'alter table large add column a text default ''x''', null),
	('change-type', 'alter table large alter column amount type bigint', 'error'),
	('change-type', 'alter table large alter column code type varchar(5)', 'error'),
	('change-type', 'alter table large alter column code type varchar(20)', null),
	('change-type', 'alter table large alter column code type text', null),
	('change-type', 'alter table children alter column price type numeric(10,2)', null),
	('change-type', 'alter table children alter column price type numeric(8,3)', 'error'),
	('int-pk', 'create table new (id integer primary key)', 'info'),
	('int-pk', 'create table new (id integer, primary key (id))', 'info'),
	('int-pk', 'create table new (id serial primary key)', 'info'),
	('int-pk', 'create table new (id bigserial primary key, n integer)', null),
	('smallint', 'create table new (a smallint)', 'info'),
	('smallint', 'create table new (a integer)', null),
	('serial', 'create table new (a bigserial)', 'info'),
	('serial', 'create table new (a bigint generated always as identity)', null),
	('char', 'create table new (a char(3))', 'info'),
	('char', 'create table new (a varchar(3), b "char")', null),
	('varchar', 'create table new (a varchar(3))', 'info'),
	('varchar', 'create table new (a varchar, b text)', null),
	('timestamp-without-time-zone', 'create table new (a timestamp)', 'info'),
	('timestamp-without-time-zone', 'create table new (a timestamptz, b timestamp(3) with time zone)', null),
	('json', 'create table new (a json)', 'info'),
	('json', 'create table new (a jsonb)', null),
	('drop-schema', 'drop schema lr', 'warning'),
	('drop-schema', 'create schema new; drop schema new', null),
	('drop-database', 'drop database shop', 'error'),
	('drop-cascade', 'drop table large cascade', 'warning'),
	('drop-cascade', 'alter table large drop column note cascade', 'warning'),
	('drop-cascade', 'drop table large', null),
	('truncate', 'truncate large', 'warning'),
	('truncate', 'create table new (a int); truncate new', null),
	('truncate-cascade', 'truncate parents cascade', 'error'),
	('truncate-cascade', 'truncate parents', null),
	('rename-schema', 'alter schema lr rename to other', 'warning'),
	('rename-enum-value', 'alter type mood rename value ''ok'' to ''fine''', 'warning'),
	('rename-enum-value', 'alter type mood add value ''fine''', null),
	('rename-table', 'alter table large rename to larger', 'warning'),
	('rename-table', 'alter table children rename to former; alter table large rename to children', null),
	('rename-table', 'alter index children_note rename to c', null),
	('rename-column', 'alter table large rename note to notes', 'warning'),
	('rename-column', 'alter table large rename note to notes; alter table large rename code to note', null),
	('enum-add-value-txn', 'alter type mood add value ''glad''; select ''glad''::mood', 'error'),
	('enum-add-value-txn', 'alter type mood add value ''glad''; select ''ok''::mood', null),
	('enum-order', 'alter type mood add value ''glad''', 'info'),
	('enum-order', 'alter type mood add value ''glad'' after ''ok''', null),
	('full-rewrite-command', 'vacuum full large', 'error'),
	('full-rewrite-command', 'cluster children using children_note', 'error'),
	('full-rewrite-command', 'alter table large set unlogged', 'error'),
	('full-rewrite-command', 'alter table large set tablespace pg_default', 'error'),
	('full-rewrite-command', 'vacuum large', null),
	('matview-refresh', 'refresh materialized view totals', 'error'),
	('matview-refresh', 'refresh materialized view concurrently totals', null),
	('create-trigger', 'create trigger t before insert on parents for each row execute function f()', 'info'),
	('create-trigger', 'create trigger t before insert on empty for each row execute function f()', null),
	('create-rule', 'create rule r as on delete to large do instead nothing', 'warning'),
	('disable-trigger', 'alter table large disable trigger all', 'warning'),
	('disable-trigger', 'alter table large disable trigger large_trigger', 'warning'),
	('disable-trigger', 'alter table large disable trigger user; update large set amount = 1;
		alter table large enable trigger user', null),
	('many-statements-under-ael', 'alter table large add column a integer; create index on parents (id)', 'error'),
	('many-statements-under-ael', 'create index on parents (id); alter table large add column a integer', null),
	('multiple-alter-same-table', 'alter table large alter column amount type bigint; alter table large alter column id set not null', 'info'),
	('multiple-alter-same-table', 'alter table large add column a integer; alter table large add column b integer', null),
	('lock-timeout-missing', 'alter table large add column a integer', 'warning'),
	('lock-timeout-missing', 'set local lock_timeout = ''2s''; alter table large add column a integer', null),
	('lock-timeout-missing', 'alter table empty add column a integer', null),
	('lock-timeout-missing', 'alter table nowhere add column a integer', null),
	('statement-timeout-missing', 'alter table large alter column note set not null', 'info'),
	('statement-timeout-missing', 'set statement_timeout = ''1min''; alter table large alter column note set not null', null),
	('rls-enable', 'alter table large enable row level security', 'warning'),
	('rls-enable', 'alter table large enable row level security; create policy p on large using (true)', null),
	('policy-restrictive', 'create policy p on large as restrictive using (true)', 'warning'),
	('policy-restrictive', 'create policy p on large using (true)', null),
	('grant-public', 'grant select on large to public', 'warning'),
	('grant-public', 'grant select on large to pg_monitor', null),
	('grant-broad', 'grant all on large to pg_monitor', 'info'),
	('grant-broad', 'grant select on large to pg_monitor', null),
	('identifier-too-long', 'create table ' || repeat('a', 64) || ' (a integer)', 'warning'),
	('identifier-too-long', 'create table new ("' || repeat('ä', 32) || '" integer)', 'warning'),
	('identifier-too-long', 'create table "' || repeat('a', 63) || '" (a text default ''' || repeat('a', 99) || ''')', null),
	('schema-unqualified', 'create table new (a integer)', 'info'),
	('schema-unqualified', 'create table lr.new (a integer); create temp table newer (a integer)', null),
	('function-search-path', 'create function g() returns int language sql security definer as ''select 1''', 'warning'),
	('function-search-path', 'create function g() returns int language sql security definer set search_path = lr as ''select 1''', null),
	('function-search-path', 'create function g() returns int language sql as ''select 1''', null);
select is(pg_temp.severity(rule, script), severity, rule || ': ' || script) from cases order by no;

-- outside a transaction nothing is kept
select is(pg_temp.severity('validate-same-txn', 'alter table large add constraint k check (amount > 0) not valid;
	alter table large validate constraint k', '{"transactional": false}'), null, 'a lock ends with its statement');
select is(pg_temp.severity('validate-same-txn', 'begin; alter table large add constraint k check (amount > 0) not valid;
	alter table large validate constraint k; commit', '{"transactional": false}'), 'error', 'a lock ends with its transaction');
select is(pg_temp.severity('concurrent-in-txn', 'create index concurrently i on large (note); create table new (a integer)',
	'{"transactional": false}'), null, 'CONCURRENTLY outside a transaction may stand beside other statements');

select :SERVER_VERSION_NUM >= 180000 as since_18 \gset
\if :since_18
alter table large add constraint loose foreign key (other) references parents not enforced;
select is(pg_temp.severity('fk-not-valid', 'alter table large alter constraint loose enforced'), 'error', 'enforcing a foreign key checks all rows');
select is(pg_temp.severity('fk-not-valid', 'alter table large alter constraint loose not enforced'), null, 'ending that checks none');
select is((select count(*) from dbmigrate_lint('alter table large alter constraint loose enforced; alter table large alter constraint loose enforced')
	where rule = 'fk-not-valid'), 1::bigint, '... and enforcing it again');
alter table large drop constraint loose;
\else
select skip('foreign keys that are not enforced came with 18', 3);
\endif

-- ---- sizes ----

create temp table sizes (rule text, script text);
insert into sizes values
	('index-not-concurrent', 'create index i on large (note)'),
	('fk-not-valid', 'alter table large add foreign key (other) references parents'),
	('check-not-valid', 'alter table large add check (amount > 0)'),
	('unique-constraint-direct', 'alter table large add unique (id)'),
	('set-not-null', 'alter table large alter column note set not null'),
	('add-column-volatile-default', 'alter table large add column a serial'),
	('change-type', 'alter table large alter column amount type bigint'),
	('full-rewrite-command', 'vacuum full large');
set local dbcare.lint_large_table_mb = 5;
select is(pg_temp.severity(rule, script), 'warning', rule || ' of a table of middle size') from sizes;
set local dbcare.lint_large_table_mb = 1000;
select is(pg_temp.severity(rule, script), 'info', rule || ' of a small table') from sizes;
truncate large;
select is(pg_temp.severity(rule, script), null, rule || ' of an empty table') from sizes;
select is(pg_temp.severity(rule, 'insert into large (id) values (1); ' || script), 'error',
	rule || ' of a table that the script fills') from sizes;

select alike((select message from dbmigrate_lint('create index i on parents (id)') where rule = 'index-not-concurrent'),
	'building index i blocks writes to parents (%kB)', 'the size is stated');

-- what to do instead says the same as the statement
create function pg_temp.advice(rule text, script text) returns text language sql as $$
	select suggestion from dbmigrate_lint($2, jsonb_build_object('rules', jsonb_build_array($1)))
$$;
select is(pg_temp.advice('check-not-valid', 'alter table parents add constraint c check (id > 0) -- why'),
	e'-- migration 1\nalter table parents add constraint c check (id > 0) NOT VALID;\n'
	'-- migration 2\nALTER TABLE parents VALIDATE CONSTRAINT c;', 'a comment after a statement does not hide it');
select is(pg_temp.advice('unique-constraint-direct', 'alter table parents add unique (id)' || more),
	'Build a unique index CONCURRENTLY, and add the constraint USING INDEX in a later migration.',
	'a key' || more || ' is more than its columns')
from unnest(array[' deferrable', ' include (id)', ' with (fillfactor = 70)']) as more;
select is(pg_temp.advice('change-type', 'alter table parents alter id type text using id + 1'),
	'Add a column of the new type, fill it with a trigger and in batches, and swap it with the old column.',
	'a USING expression suggests a new column');
select is(pg_temp.advice('update-no-where', 'with gone as (delete from apart) update parents set id = id'),
	'Add a WHERE clause.', 'only an UPDATE is suggested as backfill');
select alike((select message from dbmigrate_lint('reindex schema lr')), '%writes to all tables,%', 'REINDEX SCHEMA is reported for all tables');
select is(pg_temp.severity('many-statements-under-ael', 'alter table children alter note drop not null; truncate apart'), null,
	'TRUNCATE of a large table is no finding of size');

select * from finish();
rollback;
