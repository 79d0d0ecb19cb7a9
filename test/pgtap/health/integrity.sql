-- Health checks of integrity: integrity_structure, integrity_index_match,
-- heap_structure, visibility_map, those of rows, collation_version_mismatch,
-- pg_checksum_failures.
begin;
\ir begin.psql
select no_plan();
create schema hc;

-- ---- integrity_structure ----

drop extension if exists amcheck;
select is((select format('%s, %s, %s', severity, reason, fix_sql) from pg_temp.said('integrity_structure')),
	'not_applicable, the extension amcheck is not installed, CREATE EXTENSION amcheck SCHEMA public;',
	'integrity_structure needs amcheck');
create schema "Am Check";
create extension amcheck schema "Am Check";
-- an operator class that changes its mind is as good as a damaged index
create function hc.compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($1, $2); end';
create operator class hc.fickle for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
	operator 4 >=, operator 5 >, function 1 hc.compare(int, int);
create table hc.sound (a int primary key, t text);
insert into hc.sound select i, i from generate_series(1, 1000) as i;
create index "Shaky" on hc.sound (a hc.fickle);
create index on hc.sound using hash (t);
select is(pg_temp.found('integrity_structure'), 'nothing', 'undamaged indexes are no finding');
select is((select string_agg(severity, ',') from pg_temp.said('integrity_structure')), 'ok', 'all indexes are checked');
create or replace function hc.compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($2, $1); end';
select is(pg_temp.found('integrity_structure'), 'hc."Shaky" critical', 'an index out of order is a finding');
select is(pg_temp.told('integrity_structure', 'hc."Shaky"', 'message'),
	'hc."Shaky" is damaged: item order invariant violated for index "Shaky"', 'the message is that of amcheck');
select is(pg_temp.told('integrity_structure', 'hc."Shaky"', 'fix_sql'), 'REINDEX INDEX CONCURRENTLY hc."Shaky";', 'an index out of order has fix_sql');
reindex index hc."Shaky";
select is(pg_temp.found('integrity_structure'), 'nothing', 'fix_sql repairs the index');

-- ---- integrity_index_match, heap_structure, visibility_map ----

create index "Whole" on hc.sound (a);
create index "Partial" on hc.sound (a) where a > 500;
select is(pg_temp.found('integrity_index_match'), 'nothing', 'indexes with every row are no finding');
-- as if its build had left out rows: it has the file of another
update pg_class set relfilenode = (select relfilenode from pg_class where oid = 'hc."Partial"'::regclass)
	where oid = 'hc."Whole"'::regclass;
select is(pg_temp.found('integrity_index_match'), 'hc."Whole" critical', 'integrity_index_match finds an index that lacks rows');
select is(pg_temp.told('integrity_index_match', 'hc."Whole"', 'fix_sql'), 'REINDEX INDEX CONCURRENTLY hc."Whole";', 'an index that lacks rows has fix_sql');
reindex index hc."Whole";
select is(pg_temp.found('integrity_index_match'), 'nothing', 'fix_sql adds the missing rows');
-- what damages files needs a server of its own; here, that no namesake is asked
create function "Am Check".verify_heapam(oid, check_toast bool) returns int language plpgsql as 'begin raise data_corrupted; end';
create function "Am Check".verify_heapam(regclass, on_error_stop bool, check_toast bool) returns int language plpgsql as 'begin raise data_corrupted; end';
select is((select string_agg(distinct severity, ',') from pg_temp.said('heap_structure')), 'ok', 'heap_structure calls no function with the same name');
select is((select format('%s, %s, %s', severity, reason, fix_sql) from pg_temp.said('visibility_map')),
	'not_applicable, the extension pg_visibility is not installed, CREATE EXTENSION pg_visibility SCHEMA public;', 'visibility_map needs pg_visibility');
create extension pg_visibility schema "Am Check";
create function "Am Check".pg_check_frozen(oid) returns setof tid language plpgsql as 'begin raise data_corrupted; end';
select is((select string_agg(distinct severity, ',') from pg_temp.said('visibility_map')), 'ok', 'visibility_map calls no function with the same name');

-- ---- orphaned_rows ----

create table hc.parent (id int primary key);
insert into hc.parent values (1), (2);
create table hc.child (id int, parent bigint constraint "Its parent" references hc.parent);
insert into hc.child values (1, 1), (2, null);
select is(pg_temp.found('orphaned_rows'), 'nothing', 'rows with a parent or a null key are no finding');
set local session_replication_role = replica;
insert into hc.child values (3, 3), (4, 4);
set local session_replication_role = origin;
select is(pg_temp.found('orphaned_rows'), 'hc.child warning', 'orphaned_rows finds rows without parent');
select is(pg_temp.told('orphaned_rows', 'hc.child', 'message'),
	'hc.child: 2 rows have no parent in hc.parent by foreign key (parent)', 'orphaned_rows counts the rows');
select is(pg_temp.told('orphaned_rows', 'hc.child', 'fix_sql'),
	'SELECT dbcheck_repair(''{"dry_run": false, "orphans": "quarantine", "relation": "hc.child"}'');', 'its fix_sql moves the rows to quarantine');
delete from hc.child where id > 2;

-- several columns: nulls, and MATCH FULL
create table hc.pair (a int, b int, primary key (a, b));
insert into hc.pair values (1, 1);
create table hc.simple (a int, b int, foreign key (a, b) references hc.pair);
create table hc.complete (a int, b int, foreign key (a, b) references hc.pair match full);
create table hc."Order ""Details""" ("select" int, "Б" int, foreign key ("select", "Б") references hc.pair);
set local session_replication_role = replica;
insert into hc.simple values (1, 1), (9, null), (null, 9), (null, null);
insert into hc.complete values (1, 1), (null, null);
insert into hc."Order ""Details""" values (7, 7);
set local session_replication_role = origin;
select is(pg_temp.found('orphaned_rows'), 'hc."Order ""Details""" warning', 'one null satisfies MATCH SIMPLE, only nulls MATCH FULL');
set local session_replication_role = replica;
insert into hc.complete values (9, null);
insert into hc.simple values (1, 2);
set local session_replication_role = origin;
select is(pg_temp.found('orphaned_rows'), 'hc."Order ""Details""" warning, hc.complete warning, hc.simple warning',
	'a null beside a value does not satisfy MATCH FULL');
select is(pg_temp.told('orphaned_rows', 'hc.complete', 'value'), '1', 'one row');
drop table hc.simple, hc.complete, hc."Order ""Details""";

-- equality is the constraint's, not the search_path's
create schema odd_operators;
create extension citext schema odd_operators;
create table hc.words (w odd_operators.citext primary key);
create table hc.said (w odd_operators.citext references hc.words);
insert into hc.words values ('Word');
insert into hc.said values ('wORD');
select is(pg_temp.found('orphaned_rows'), 'nothing', 'an operator in another schema is used');
create table hc.names (n text collate "C" primary key);
create table hc.called (n text collate "POSIX" references hc.names);
insert into hc.names values ('a');
insert into hc.called values ('a');
set local session_replication_role = replica;
insert into hc.called values ('b');
set local session_replication_role = origin;
select is(pg_temp.found('orphaned_rows'), 'hc.called warning', 'collations may differ');
drop table hc.called, hc.said;

-- partitions belong to their table, children of inheritance do not
create table hc.parted (id int, parent int references hc.parent) partition by range (id);
create table hc.parted_1 partition of hc.parted for values from (0) to (10);
create table hc.parted_parent (id int primary key) partition by range (id);
create table hc.parted_parent_1 partition of hc.parted_parent for values from (0) to (10);
create table hc.of_parted (id int references hc.parted_parent);
create table hc.heir () inherits (hc.child);
create table hc.self (id int primary key, up int references hc.self);
insert into hc.parted_parent values (5);
insert into hc.of_parted values (5);
insert into hc.self values (1, null), (2, 1);
insert into hc.heir values (8, 88);
select is(pg_temp.found('orphaned_rows'), 'nothing', 'child tables do not inherit foreign keys');
set local session_replication_role = replica;
insert into hc.parted values (1, 77), (2, 77), (3, 1);
insert into hc.of_parted values (6);
insert into hc.self values (3, 4);
set local session_replication_role = origin;
select is((select string_agg(object || ' ' || value, ', ' order by object collate "C") from pg_temp.said('orphaned_rows')),
	'hc.of_parted 1, hc.parted 2, hc.self 1', 'partitioned tables are reported once');
delete from hc.parted; delete from hc.of_parted; delete from hc.self;

-- who may not look does not know
create role hc_reader;
grant usage on schema hc to hc_reader;
set local role hc_reader;
select is(pg_temp.told('orphaned_rows', 'hc.child', 'reason'), 'SELECT on hc.child is needed', 'without SELECT the result is unknown');
reset role;
grant select on all tables in schema hc to hc_reader;
set local role hc_reader;
select is(pg_temp.found('orphaned_rows'), 'nothing', 'with SELECT the result is known');
reset role;
revoke select on hc.parent from hc_reader;
set local role hc_reader;
select is(pg_temp.told('orphaned_rows', 'hc.child', 'reason'), 'SELECT on hc.parent is needed', 'SELECT on the parent is needed');
reset role;
grant select on hc.parent to hc_reader;
alter table hc.parent enable row level security;
select is(pg_temp.found('orphaned_rows'), 'nothing', 'row security does not bind the owner');
set local role hc_reader;
select is(pg_temp.told('orphaned_rows', 'hc.child', 'severity'), 'unknown', 'hidden parents make the result unknown');
select is(pg_temp.told('orphaned_rows', 'hc.child', 'reason'), 'row security hides rows of hc.parent', 'hidden parents may exist');
reset role;
revoke usage on schema hc from hc_reader;
set local role hc_reader;
select is((select string_agg(distinct severity, ',') from dbhealth_checks('{"checks": ["orphaned_rows"]}')
	where object like 'hc.%'), 'unknown', 'a schema without USAGE is unknown, not an error');
reset role;
grant usage on schema hc to hc_reader;

-- ---- duplicate_keys, constraint_violations, data_rules_failed ----

create table hc.rows (id int primary key, a text, b int);
create index rows_a on hc.rows (a);
insert into hc.rows values (1, 'x', 1), (2, 'y', 2);
select dbcheck_rule_add('long', 'hc.rows', 'length(a) > 1', '{"severity": "critical", "repair_sql": "delete"}') ->> 'action' as added \gset
select is(pg_temp.found('duplicate_keys') || ', ' || pg_temp.found('constraint_violations'), 'nothing, nothing',
	'unique rows are no finding');
insert into hc.rows values (3, 'x', 1), (4, 'x', -1), (5, 'zz', null);
alter table hc.rows add constraint positive check (b > 0) not valid;
update pg_index set indisunique = true where indexrelid = 'hc.rows_a'::regclass;
select is(pg_temp.found('duplicate_keys'), 'hc.rows critical', 'duplicate_keys finds repeated keys');
select is(pg_temp.told('duplicate_keys', 'hc.rows', 'message'), 'hc.rows: 2 rows repeat a key of rows_a', 'duplicate_keys counts the rows');
select is(pg_temp.found('constraint_violations'), 'hc.rows warning', 'constraint_violations finds rows older than a constraint');
select is(pg_temp.told('constraint_violations', 'hc.rows', 'message'), 'hc.rows: 1 row violates positive', 'the message names the constraint');
select is(pg_temp.found('data_rules_failed'), 'hc.rows critical', 'data_rules_failed has the severity of the rule');
select is(pg_temp.told('data_rules_failed', 'hc.rows', 'message'), 'hc.rows: 4 rows violate the rule long', 'the message names the rule');
select is(pg_temp.told('data_rules_failed', 'hc.rows', 'fix_sql'), 'SELECT dbcheck_repair(''{"rules": ["long"], "dry_run": false}'');', 'data_rules_failed has fix_sql');
select is(dbhealth_score('{"checks": ["duplicate_keys"]}'), 50::bigint, 'repeated keys halve the score');
drop table hc.rows;
select is((select format('%s %s %s', severity, object, reason) from pg_temp.said('data_rules_failed')),
	'unknown hc.rows table hc.rows does not exist', 'a rule whose table was dropped is unknown');
select dbcheck_rule_drop('long') as dropped \gset

-- ---- collation_version_mismatch ----

drop table hc.sound, hc.words;
create table hc.text (n int, t text, u text collate "C");
create index text_n on hc.text (n);
create index text_t on hc.text (t);
create collation hc."Ätherisch" (provider = icu, locale = 'de');
create index text_de on hc.text (u collate hc."Ätherisch");
select is((select string_agg(severity, ',') from pg_temp.said('collation_version_mismatch')), 'ok',
	'a collation that has not changed is no finding');
update pg_collation set collversion = '1' where collname in ('Ätherisch', 'fr-x-icu');
select is(pg_temp.found('collation_version_mismatch'), 'hc."Ätherisch" warning', 'collation_version_mismatch finds a changed collation in use');
select alike(pg_temp.told('collation_version_mismatch', 'hc."Ätherisch"', 'message'),
	'collation hc."Ätherisch" has changed since it was recorded: version 1 was recorded, % is installed; indexes that use the collation: 1',
	'the message has both collation versions');
select is(pg_temp.told('collation_version_mismatch', 'hc."Ätherisch"', 'fix_sql'),
	'REINDEX INDEX CONCURRENTLY hc.text_de; ALTER COLLATION hc."Ätherisch" REFRESH VERSION;', 'the finding lists the indexes to rebuild');
create unique index on hc.text (u collate hc."Ätherisch");
select is(pg_temp.found('collation_version_mismatch'), 'hc."Ätherisch" critical', 'a changed collation of a unique index is critical');
drop index hc.text_de;
create type hc.span as range (subtype = text, collation = hc."Ätherisch");
create table hc.spans (s hc.span); create index on hc.spans using gist (s);
select alike(pg_temp.told('collation_version_mismatch', 'hc."Ätherisch"', 'fix_sql'),
	'%hc.spans_s_idx%', 'ranges are ordered by the collation of their type');
create table hc.terms (a int, u text collate hc."Ätherisch");
create index on hc.terms (a) where u > 'm'; create index on hc.terms ((u < 'm'));
create index on hc.terms (a) where a > 0; create index on hc.terms ((a + 1));
select is((select array_agg(i[1] order by i[1]) from regexp_matches(pg_temp.told('collation_version_mismatch', 'hc."Ätherisch"', 'fix_sql'),
	'hc\.(terms\w*)', 'g') as i), '{terms_a_idx,terms_expr_idx}', 'collations of expressions and predicates count');
alter collation hc."Ätherisch" refresh version;
select is(pg_temp.found('collation_version_mismatch'), 'nothing', 'refreshing the collation ends the finding');

-- databases have a version of their collation from 15 on
select :SERVER_VERSION_NUM >= 150000 as since_15 \gset
\if :since_15
update pg_database set datcollversion = '0' where datname = current_database();
select is(pg_temp.found('collation_version_mismatch', 'of database %'),
	format('of database %I warning', current_database()), 'the collation of the database is looked at');
select alike((select message from pg_temp.said('collation_version_mismatch')),
	'%: version 0 was recorded, an unknown version is installed; indexes that use the collation: 1', 'the default collation lists the indexes that use it');
select is((select fix_sql from pg_temp.said('collation_version_mismatch')), null, 'without a known version there is no refresh');
create unique index on hc.text (t);
select is((select severity from pg_temp.said('collation_version_mismatch')), 'critical', 'unique indexes of the default collation are critical');

\endif

-- ---- pg_checksum_failures ----

select is((select format('%s, %s', severity, reason) from pg_temp.said('pg_checksum_failures')),
	case current_setting('data_checksums')
		when 'on' then 'ok, ' else 'not_applicable, data checksums are off' end,
	'without checksums pg_checksum_failures is not applicable');
-- the view, as it looks after a failure
set local allow_system_table_mods = on;
select format('create or replace view pg_catalog.pg_stat_database as %s', regexp_replace(regexp_replace(
		pg_get_viewdef('pg_catalog.pg_stat_database'::regclass),
		'pg_stat_get_db_checksum_failures\((d\.)?oid\)',
		'case when oid = 0 then 2::bigint when datname = current_database() then 3 else 0 end'),
		'pg_stat_get_db_checksum_last_failure\((d\.)?oid\)', $$timestamptz '2026-01-02 03:04:05+00'$$)) as after_failure \gset
:after_failure
select results_eq(
	$$select severity, message from pg_temp.said('pg_checksum_failures') where severity <> 'not_applicable' order by value$$,
	format($$values ('critical', 'the shared catalogs: 2 pages failed checksum verification, last 2026-01-02T03:04:05Z'),
		('critical', '%I: 3 pages failed checksum verification, last 2026-01-02T03:04:05Z')$$, current_database()),
	'each database with failures is critical, and so are the shared catalogs');

select * from finish();
rollback;
