-- What dbmigrate promises on PostgreSQL alone: session settings, roles,
-- deferred constraints, overloads, notices.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

-- ---- calls: notation and types ----

select lives_ok($$select dbmigrate_add('001', 'one', 'create table one (id int)', 'drop table one')$$,
	'dbmigrate_add() accepts untyped literals');
select lives_ok($$select dbmigrate_add(version => '002', name => 'two', up_sql => 'create table two (id int)', options => '{"description": "second"}')$$,
	'dbmigrate_add() accepts named notation');
select throws_ok($$select dbmigrate_add(3, 'x', 'select 1')$$, '22023', 'version 3 is a number',
	'an integer version is refused');
select throws_ok($$select dbmigrate_apply(1.10)$$, '22023', 'version 1.10 is a number',
	'a numeric version is refused');
prepare typed(text) as select dbmigrate_apply($1);
select lives_ok($$execute typed('001')$$, 'dbmigrate_apply() accepts a parameter');
select is((dbmigrate_apply(options => '{"dry_run": true}') ->> 'applied')::jsonb, '["002"]',
	'dbmigrate_apply() accepts options alone by name');
select is(dbmigrate_version(), '001', 'a dry run leaves nothing');

-- ---- session settings ----

create schema elsewhere;
select dbmigrate_add('010', 'settings', $m$
	set search_path = elsewhere;
	set local work_mem = '64MB';
	select set_config('statement_timeout', '12345', false);
	create table placed (id int);
$m$);
select set_config('search_path', current_setting('search_path'), false);
select is(current_setting('statement_timeout'), '0', 'before: no statement timeout');
select lives_ok($$select dbmigrate_apply()$$, 'a migration that changes settings');
select is(current_setting('statement_timeout'), '0', 'statement_timeout is restored');
select isnt(current_setting('work_mem'), '64MB', 'work_mem is restored');
select isnt(current_setting('search_path'), 'elsewhere', 'search_path is restored');
select has_table('elsewhere', 'placed', 'the migration ran with its own search_path');

-- a migration runs with the caller's search_path
create schema mine;
set local search_path = mine, public;
select dbmigrate_add('011', 'caller_path', 'create table in_mine (id int)');
select dbmigrate_apply();
select has_table('mine', 'in_mine', 'a migration uses the caller''s search_path');
set local search_path = public;

-- a role taken on in a migration is given back
create role dbcare_test_role;
grant usage, create on schema mine to dbcare_test_role;
select dbmigrate_add('012', 'role', 'set role dbcare_test_role; create table mine.of_role (id int)');
select dbmigrate_apply();
select table_owner_is('mine', 'of_role', 'dbcare_test_role', 'SET ROLE works inside a migration');
select isnt(current_user::text, 'dbcare_test_role', 'the role is restored after a migration');

-- ---- deferred constraints ----

create table parent (id int primary key);
create table child (id int primary key, parent_id int references parent deferrable initially deferred);
select dbmigrate_add('020', 'deferred', 'insert into child values (1, 1); insert into parent values (1)');
select lives_ok($$select dbmigrate_apply()$$, 'a deferred constraint may be violated inside a migration');
select dbmigrate_add('021', 'violated', 'insert into child values (2, 2)');
select throws_ok($$select dbmigrate_apply()$$, '23503', null, 'a deferred violation at the end of a migration is refused');
select is((select state from dbmigrate_status() where version = '021'), 'pending', 'a refused migration leaves nothing');
select dbmigrate_add('021', 'deferred again', 'insert into child values (3, 3); alter table child add column note text; insert into parent values (3)');
select throws_ok($$select dbmigrate_apply()$$, '55006', null, 'pending trigger events are PostgreSQL''s own error');
select dbmigrate_add('021', 'still deferred', 'insert into child values (3, 3); insert into parent values (3)');
select lives_ok($$select dbmigrate_apply()$$, 'the constraint is deferred again for the next migration');

-- ---- errors carry their place ----

select dbmigrate_add('030', 'place', E'select 1;\n\nselect 1 / 0;\n');
create function error_context(sql text) returns text language plpgsql as $$
declare
	context text;
begin
	execute sql;
	return null;
exception when others then
	get stacked diagnostics context = pg_exception_context;
	return context;
end $$;
select matches(error_context('select dbmigrate_apply()'), 'migration 030 up, statement 2, line 3',
	'the context names migration, statement and line');
select is(dbmigrate_apply(options => '{"on_error": "report"}') #>> '{error,sqlstate}', '22012',
	'a report has the SQLSTATE');
select is(dbmigrate_apply(options => '{"on_error": "report"}') #>> '{error,line}', '3',
	'a report has the line of the failure');
select is((select state from dbmigrate_status() where version = '030'), 'failed', 'the failure is recorded');
select is((select count(*) from dbmigrate_history() where event = 'failure'), 2::bigint, 'the history has each failure');
select dbmigrate_add('030', 'place', 'select 1');

-- ---- statements that cannot run inside ----

select dbmigrate_add('040', 'concurrent', 'create index concurrently on one (id)');
select is((select transactional from dbmigrate_status() where version = '040'), false,
	'create index concurrently makes a migration non-transactional');
select throws_ok($$select dbmigrate_apply()$$, '25001', 'CREATE INDEX CONCURRENTLY cannot run inside a transaction',
	'CREATE INDEX CONCURRENTLY in apply is refused with a message');
select is((select state from dbmigrate_status() where version = '030'), 'failed', 'before anything runs')
	where (select state from dbmigrate_status() where version = '030') = 'failed';
select is(dbmigrate_apply('030') ->> 'success', 'true', 'migrations up to the previous version are applied');
select is(dbmigrate_baseline('040') ->> 'baselined', '["040"]', 'baseline marks the step');
select dbmigrate_add('041', 'copy', E'create table copied (id int);\ncopy copied from stdin;');
select throws_ok($$select dbmigrate_apply()$$, '0A000', null, 'COPY FROM STDIN is refused');
select dbmigrate_add('041', 'commit in do', 'do $do$ begin commit; end $do$');
select throws_ok($$select dbmigrate_apply()$$, '2D000', null, 'COMMIT inside DO is PostgreSQL''s own error');
select dbmigrate_add('041', 'function body', $m$
	create function add_one(i int) returns int language plpgsql as $f$ begin return i + 1; end; $f$;
	create function add_two(i int) returns int language sql begin atomic; select i + 2; end;
	insert into one values (1); -- a comment; with a semicolon
	/* nested /* comment; */ here; */
	insert into one values (2);
$m$);
select lives_ok($$select dbmigrate_apply()$$, 'function bodies with semicolons are one statement');
select is((select count(*) from one), 2::bigint, 'all statements of the script ran');

-- long chains of UNIONs, nested ones, and what belongs to a whole chain
select lives_ok(format('select dbmigrate_add(''042'', ''long'', %L)',
	'select 1' || repeat(E'\nunion all select 1', 100000)), 'a chain of 100000 UNIONs is read');
select lives_ok(format('select dbmigrate_add(''042'', ''nested'', %L)',
	repeat('select 1 union (', 200) || 'select 1' || repeat(')', 200)), 'deeply nested parentheses are parsed fast');
select dbmigrate_add('042', 'locks', $m$
	with gone as (delete from one returning id) select id from gone union select 1;
	alter index one_id_idx rename to one_by_id;
	vacuum (full off) one;
$m$);
select is((select string_agg(lock_level, ', ' order by statement_no) from dbmigrate_plan('042') where version = '042'),
	'ROW EXCLUSIVE, SHARE UPDATE EXCLUSIVE, SHARE UPDATE EXCLUSIVE', 'the plan has the locks of statements');
select dbmigrate_add('042', 'effects', $m$
	create table planned (id int primary key, one_id int references copied);
	alter table planned add column note text default clock_timestamp()::text;
	create temp table passing (id int);
	alter table one add column at timestamptz default clock_timestamp();
	do 'begin end';
$m$);
select is((select string_agg(concat_ws(' ', statement_no, lock_level, locks, rewrites_table, bytes > 0), E'\n' order by statement_no)
	from dbmigrate_plan('042') where version = '042'),
	'1 SHARE ROW EXCLUSIVE {"copied": "SHARE ROW EXCLUSIVE"} f
2 {} f
3 {} f
4 ACCESS EXCLUSIVE {"one": "ACCESS EXCLUSIVE"} t t
5', 'the plan has locked relations, rewrites and sizes');
select dbmigrate_add('042', 'nothing', 'select 1');

-- ---- errors of tokens, too, have their place ----

select dbmigrate_add('043', 'token', E'select 1;\nselect U&''ab\\00zz''');
select throws_ok($$select dbmigrate_apply()$$, '42601', 'invalid Unicode escape', 'an error inside a token keeps its message');
select matches(error_context('select dbmigrate_apply()'), 'migration 043 up, statement 2, line 2', 'an error inside a token has its place');
select dbmigrate_add('043', 'option', E'select 1;\nreindex (concurrently 5) table one');
select throws_ok($$select dbmigrate_apply()$$, '42601', 'concurrently requires a Boolean value', 'an invalid option of REINDEX is refused');
select matches(error_context('select dbmigrate_apply()'), 'migration 043 up, statement 2, line 2', 'an invalid option of REINDEX has its place');
select dbmigrate_add('043', 'rows', 'select i from generate_series(1, 10) as i');
select lives_ok($$select dbmigrate_apply()$$, 'rows that a migration returns are ignored');

-- what a migration does to the extension itself

select dbmigrate_add('044', 'gone', 'drop extension dbcare');
select lives_ok($$select dbmigrate_apply()$$, 'a migration may drop the extension');
create extension dbcare;

-- ---- verify cannot write ----

select dbmigrate_add('050', 'verified', 'create table verified (id int)', null,
	'{"verify_sql": "insert into verified values (1)"}');
select dbmigrate_apply(options => '{"verify": false}');
select is((select finding from dbmigrate_verify() where version = '050'), 'verify_error',
	'verify_sql that writes is an error');
select is((select count(*) from verified), 0::bigint, 'verify_sql that writes leaves nothing');
create function sneaky() returns boolean language plpgsql as
	$$ begin insert into verified values (1); return true; end $$;
select dbmigrate_add('050', 'verified', 'create table verified (id int)', null,
	'{"verify_sql": "select sneaky()"}');
select is((select finding from dbmigrate_verify() where version = '050'), 'verify_error',
	'a function called by verify_sql cannot write');
select is((select count(*) from verified), 0::bigint, 'a function it calls wrote nothing');

-- ---- fingerprint ----

create temp table prints (label text, print text);
insert into prints values ('before', dbmigrate_fingerprint());
create table fresh (id int);
insert into prints values ('with', dbmigrate_fingerprint());
select dbcare_set('actor', 'somebody');
comment on table fresh is 'not part of it';
insert into prints values ('same', dbmigrate_fingerprint());
drop table fresh;
insert into prints values ('after', dbmigrate_fingerprint());
set local extra_float_digits = 0;
create view numbers as select '0.1234567890123'::float8 as number;
insert into prints values ('digits', dbmigrate_fingerprint());
set local extra_float_digits = -5;
insert into prints values ('fewer digits', dbmigrate_fingerprint());
reset extra_float_digits;
select is((select print from prints where label = 'digits'), (select print from prints where label = 'fewer digits'),
	'extra_float_digits does not change the fingerprint');
drop view numbers;
select isnt((select print from prints where label = 'before'), (select print from prints where label = 'with'),
	'a new table changes the fingerprint');
select is((select print from prints where label = 'with'), (select print from prints where label = 'same'),
	'dbcare''s tables and comments do not change the fingerprint');
select is((select print from prints where label = 'before'), (select print from prints where label = 'after'),
	'dropping the table restores the fingerprint');

-- ---- the log ----

select is((select count(*) from dbmigrate_verify() where finding = 'log_changed'), 0::bigint, 'the log is intact');
set local timezone = 'Asia/Kolkata';
set local datestyle = 'German';
set local extra_float_digits = -5;
select is((select count(*) from dbmigrate_verify() where finding = 'log_changed'), 0::bigint, 'the log is intact in every session');
update dbcare.history set happened_at = happened_at - interval '1 day' where event_id = (select min(event_id) from dbcare.history);
select is((select count(*) from dbmigrate_verify() where finding = 'log_changed'), 1::bigint, 'a changed event is found');

-- ---- violated constraints ----

create table held (a int, b int);
create table above (id int primary key);
insert into held values (1, null), (1, 2);
create function pg_temp.hint(script text) returns text language sql as $$
	select dbmigrate_add('zz', 'violation', script) is not null;
	select dbmigrate_apply('zz', '{"on_error": "report", "allow_out_of_order": true}') #>> '{error,hint}';
$$;
select is(pg_temp.hint('alter table held alter b set not null'),
	$h$To see the rows: SELECT dbcheck_rule_add('new on public.held', 'public.held', 'b IS NOT NULL'); SELECT * FROM dbcheck_run('{"relation": "public.held"}');$h$,
	'nulls are found by a data rule');
select ok(dbmigrate_repair() is not null, 'the failure is cleared');
select is(pg_temp.hint('alter table held add check (b > 2)'),
	$h$Add the constraint with NOT VALID. To see the rows then: SELECT * FROM dbcheck_constraints('public.held');$h$, 'and of a check');
select ok(dbmigrate_repair() is not null, 'the failure is cleared again');
select is(pg_temp.hint('alter table held add foreign key (a) references above'),
	$h$Add the foreign key with NOT VALID. To see the rows then: SELECT * FROM dbcheck_orphans('public.held');$h$, 'and of a foreign key');
select ok(dbmigrate_repair() is not null, 'and again');
alter table held add foreign key (a) references above not valid;
select is((select orphans from dbcheck_orphans('public.held')), 2::bigint, 'which it shows');

-- ---- RESTRICT, which has another SQLSTATE and other words from 18 on ----

select ok(dbmigrate_repair() is not null, 'and once more');
create table kept (id int primary key);
create table keeper (id int references kept on delete restrict);
insert into kept values (1);
insert into keeper values (1);
select dbmigrate_add('98', 'delete a row that is referenced', 'delete from kept');
select is((select array[failure ->> 'sqlstate', failure ->> 'detail'] from (select dbmigrate_apply('98', '{"on_error": "report", "allow_out_of_order": true}') -> 'error' as failure) as f),
	array['23503', case when :SERVER_VERSION_NUM >= 180000 then 'Key (id)=(1) is referenced from table "keeper".'
		else 'Key (id)=(1) is still referenced from table "keeper".' end], 'a key with RESTRICT fails as other keys');

-- several transactions run as one: what would end with one of them is refused
select dbmigrate_add('pair1', 'ends', 'begin; create temp table ending (x int) on commit drop; commit; select 1;');
select throws_like('select dbmigrate_apply(''pair1'')', 'what CREATE TABLE does ends with its transaction, and the script has several', 'a table that ends with one of several transactions');
select dbmigrate_add('pair1', 'local', 'begin; set local search_path = pg_temp; commit; select 1;');
select throws_like('select dbmigrate_apply(''pair1'')', 'what SET does ends with its transaction%', 'a setting that ends with one');
select dbmigrate_add('pair1', 'function', 'begin; select set_config(''work_mem'', ''1MB'', true); commit; begin; select 1; commit;');
select throws_like('select dbmigrate_apply(''pair1'')', 'what SELECT does ends with its transaction%', 'the same by a function');
select dbmigrate_remove('pair1');

-- before PostgreSQL 16 code can make a transaction that reads one that writes
create function resets() returns boolean language plpgsql as $$ begin
	perform set_config('transaction_read_only', null, true);
	create table escaped (a int);
	return true;
exception when read_only_sql_transaction or invalid_parameter_value or cant_change_runtime_param then return true;
end $$;
select ok(dbmigrate_repair() is not null and dbmigrate_remove('98') is not null, 'migration 98 is removed');
select dbmigrate_add('verify1', 'verified', 'select 1', null, '{"verify_sql": "select resets()"}');
select is(dbmigrate_apply('verify1', '{"allow_out_of_order": true}') ->> 'success', 'true', 'a verify_sql that lets its transaction write');
select hasnt_table('escaped', 'has no table after it');

select * from finish();
rollback;
