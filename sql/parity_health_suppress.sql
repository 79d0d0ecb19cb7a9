-- What does not count in the score for a time, and what the score is made of.
create table parent (id integer primary key, name text);
create table child (id integer primary key, parent_id integer references parent (id));
create table "Odd" (id integer primary key, parent_id integer references parent (id));
select count(*) from dbhealth_suppressions();
select dbcare_set('check_missing_fk_index_warning', 0);
select check_id, findings, cast(base as integer), cast(penalty as integer), cap, cast(evidence_age as integer) from dbhealth_score_explain('{"checks": ["missing_fk_index"]}');
select dbhealth_score('{"checks": ["missing_fk_index"]}');
-- one of them
select until_at_left from (select case when dbhealth_suppress('missing_fk_index', '*child', 'small') is null then 'no' else 'yes' end as until_at_left) as t;
select check_id, object_pattern, reason, active, created_by is not null, length(cast(created_at as text)) > 20 from dbhealth_suppressions();
select severity, cast(penalty as integer), substr(reason, 1, 17), substr(reason, length(reason) - 6) from dbhealth_checks('{"checks": ["missing_fk_index"]}') where object like '%child';
select check_id, findings, cast(base as integer), cast(penalty as integer), cap from dbhealth_score_explain('{"checks": ["missing_fk_index"]}');
select dbhealth_score('{"checks": ["missing_fk_index"]}');
-- until when
select dbhealth_suppress('missing_fk_index', '*Odd*', 'renamed soon', '2030-02-28T23:30:15.5+01:30');
select dbhealth_suppress('missing_fk_index', '*Odd*', 'renamed later', '2031-01-01');
select object_pattern, reason, active from dbhealth_suppressions();
select check_id from dbhealth_score_explain('{"checks": ["missing_fk_index"]}');
select dbhealth_score('{"checks": ["missing_fk_index"]}');
-- and no longer
select dbhealth_suppress('missing_fk_index', '*Odd*', 'renamed', '2001-01-01 10:00');
select object_pattern, active from dbhealth_suppressions();
select dbhealth_score('{"checks": ["missing_fk_index"]}');
select dbhealth_suppress('missing_fk_index', '*Odd*', 'renamed', 'now');
select dbhealth_suppress('missing_fk_index', 'nothing', 'none', 'now');
-- mistakes
select dbhealth_suppress('missing_index', '*', 'none');
select dbhealth_suppress('missing_fk_index', '', 'none');
select dbhealth_suppress('missing_fk_index', '*', '');
select dbhealth_suppress('missing_fk_index', '*', 'none', 'tomorrow');
select dbhealth_suppress('missing_fk_index', '*', 'none', '2030-02-30');
select dbhealth_suppress('missing_fk_index', '*', 'none', '2030-01-01T25:00');
select dbhealth_suppress('missing_fk_index', '*', 'none', '2030-01-01 12');
select dbhealth_suppress('missing_fk_index', '*', 'none', '9998-12-31');
select dbhealth_suppress(null, '*', 'none');
-- the pattern is no expression
select dbhealth_suppress('missing_fk_index', '%', 'none', '2030-01-01');
select dbhealth_suppress('missing_fk_index', '*.*.*', 'none', '2030-01-01');
select count(*) from dbhealth_checks('{"checks": ["missing_fk_index"]}') where object like '%Odd%' and reason is not null;
select dbhealth_suppress('missing_fk_index', '*O*d*', 'none', '2030-01-01');
select reason from dbhealth_checks('{"checks": ["missing_fk_index"]}') where object like '%Odd%';
