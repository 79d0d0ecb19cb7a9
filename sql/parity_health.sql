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
