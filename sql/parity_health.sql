-- The health report: the shape is the same on both engines.
select severity from dbhealth_checks('{"checks": ["missing_primary_key"]}');
create table parent (id integer primary key, name text);
create table child (id integer primary key, parent_id integer references parent (id));
select check_id, category, severity, unit, replace(suggestion, 'public.', ''), cast(penalty as integer), reason from dbhealth_checks('{"checks": ["missing_fk_index"]}');
select check_id, severity, reason from dbhealth_checks('{"checks": ["orphaned_rows", "missing_fk_index"], "level": "fast"}') where check_id = 'no such';
create index child_parent on child (parent_id);
select check_id, category, severity, object, message, suggestion, fix_sql, cast(penalty as integer), reason from dbhealth_checks('{"checks": ["missing_fk_index"]}');
select check_id, severity, message from dbhealth_checks('{"checks": ["duplicate_indexes"]}');
select dbhealth_score('{"checks": ["missing_fk_index"]}');
select dbhealth_status('{"checks": ["missing_fk_index"]}');
-- settings of checks
select dbcare_set('check_missing_fk_index_enabled', 'false');
select check_id, severity, message, reason from dbhealth_checks('{"checks": ["missing_fk_index"]}');
select dbcare_set('check_missing_fk_index_enabled', 'true');
-- engine-specific checks are not applicable on the other engine
select count(*) from dbhealth_checks('{"checks": ["foreign_keys_disabled", "xid_wraparound"]}') where severity = 'not_applicable';
select part from dbhealth_size();
select count(*) from dbhealth_tables() where table_name like '%child%' or table_name like '%parent%';
-- the worst findings of a check are listed, the rest is counted
create table wide (id integer primary key, a1 integer references wide (id), a2 integer references wide (id), a3 integer references wide (id), a4 integer references wide (id), a5 integer references wide (id), a6 integer references wide (id), a7 integer references wide (id), a8 integer references wide (id), a9 integer references wide (id), a10 integer references wide (id), a11 integer references wide (id), a12 integer references wide (id), a13 integer references wide (id), a14 integer references wide (id), a15 integer references wide (id), a16 integer references wide (id), a17 integer references wide (id), a18 integer references wide (id), a19 integer references wide (id), a20 integer references wide (id), a21 integer references wide (id), a22 integer references wide (id));
select replace(dbhealth_report('{"checks": ["missing_fk_index"]}') ->> 'omitted', ' ', '');
select replace(dbhealth_report('{"checks": ["missing_fk_index"], "findings": 5}') ->> 'omitted', ' ', '');
select dbhealth_report('{"checks": ["missing_fk_index"], "findings": 0}') ->> 'omitted';
select dbhealth_report('{"checks": ["missing_fk_index"]}') -> 'summary' ->> 'info', dbhealth_report('{"checks": ["missing_fk_index"], "findings": 0}') -> 'summary' ->> 'info';
select count(*) from dbhealth_checks('{"checks": ["missing_fk_index"]}');
select count(*) from dbhealth_checks('{"checks": ["missing_fk_index"], "findings": 5}');
select dbhealth_html('{"checks": ["missing_fk_index"]}') like '%And 2 more missing_fk_index findings: <code>select * from dbhealth_checks(%';
select dbhealth_html('{"checks": ["missing_fk_index"], "findings": 0}') like '% more missing_fk_index finding%';
-- an index is duplicate or redundant, not both
create table twice (id integer primary key, a integer, b integer);
create index twice_1 on twice (a);
create index twice_2 on twice (a);
create index twice_3 on twice (a, b);
select check_id, replace(message, 'public.', '') from dbhealth_checks('{"checks": ["duplicate_indexes", "redundant_indexes"]}') where severity in ('info', 'warning') order by 1, 2;
-- a misspelt name is guessed
select dbhealth_score('{"check": ["missing_fk_index"]}');
select dbhealth_score('{"level": "fall"}');
select dbhealth_score('{"checks": ["missing_fk_indexes"]}') > 0;
select dbcare_get('slow_query_mss');
select dbcare_set('check_missing_fk_indx_enabled', 'true');
select dbhealth_suppress('missing-fk-index', '*', 'typo', '2100-01-01');
