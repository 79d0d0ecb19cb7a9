-- Repairs of what health checks find.
create table parent (id integer primary key, name text);
create table child (id integer primary key, parent_id integer references parent (id), other_id integer references parent (id));
create table child2 (id integer primary key, parent_id integer references parent (id));
select dbcare_set('check_missing_fk_index_warning', 0);
select check_id, severity, penalty > 0 from dbhealth_checks('{"checks": ["missing_fk_index"]}');
-- a dry run, unless told otherwise: nothing changes
CALL dbhealth_fix('stats_stale');
CALL dbhealth_fix('disk_free', '{"dry_run": false}');
CALL dbhealth_fix('disk_free', '{"objects": ["nothing"]}');
select count(*) from dbhealth_checks('{"checks": ["missing_fk_index"]}');
-- so does dbhealth_optimize(); a step that does nothing says why
select dbcare_set('check_missing_fk_index_enabled', false);
CALL dbhealth_optimize('{"steps": ["create_indexes"]}');
CALL dbhealth_optimize('{"steps": ["create_indexes"], "dry_run": false}');
CALL dbhealth_fix('missing_fk_index');
select dbcare_set('check_missing_fk_index_enabled', true);
-- mistakes
CALL dbhealth_fix('missing_index');
CALL dbhealth_fix(null);
CALL dbhealth_fix('missing_fk_index', '{"dry": true}');
CALL dbhealth_fix('missing_fk_index', '{"risk": "all"}');
CALL dbhealth_fix('missing_fk_index', '{"lock_timeout_ms": -2}');
CALL dbhealth_optimize('{"steps": ["everything"]}');
select dbcare_set('environment', 'production');
CALL dbhealth_fix('missing_fk_index', '{"dry_run": false}');
CALL dbhealth_optimize('{"dry_run": false}');
select dbcare_set('environment', 'development');
