-- The rows that are not deleted, as dbarchive_enable() names them.
create view validation_session_live as select id, name, owner, status, configuration, tags, started_at, finished_at, created_at from validation_session where deleted_at is null;
create view validation_result_live as select id, session_id, test, status, duration_ms, details, created_at from validation_result where deleted_at is null;
create view discrepancy_live as select id, session_id, result_id, severity, status, message, expected, actual, resolution, created_at from discrepancy where deleted_at is null;
create view validation_metrics_live as select id, session_id, name, value, unit, labels, created_at from validation_metrics where deleted_at is null;
create view behavioral_test_result_live as select id, session_id, scenario, status, score, steps, created_at from behavioral_test_result where deleted_at is null;
create view session_share_live as select id, session_id, owner, shared_with, may_write, created_at from session_share where deleted_at is null;

-- numbers of sessions, and how they change from day to day
create view session_statistics as
select s.id as session_id, s.name, s.owner, s.status, s.created_at,
	(select count(*) from validation_result as r where r.session_id = s.id and r.deleted_at is null) as results,
	(select count(*) from validation_result as r where r.session_id = s.id and r.deleted_at is null and r.status = 'passed') as passed,
	(select count(*) from validation_result as r
		where r.session_id = s.id and r.deleted_at is null and r.status in ('failed', 'error')) as failed,
	(select count(*) from discrepancy as d where d.session_id = s.id and d.deleted_at is null and d.status = 'open') as open_discrepancies,
	(select avg(b.score) from behavioral_test_result as b where b.session_id = s.id and b.deleted_at is null) as behavior_score
from validation_session as s
where s.deleted_at is null;

create view validation_trend as
select t.day, count(*) as sessions,
	count(case when t.status = 'passed' then 1 end) as passed,
	count(case when t.status = 'failed' then 1 end) as failed,
	avg(t.seconds) as average_seconds
from (
	select {postgresql:pg_catalog.to_char(created_at at time zone 'UTC', 'YYYY-MM-DD')}{sqlite:date(created_at)} as day, status,
		{postgresql:extract(epoch from finished_at - started_at)}{sqlite:(julianday(finished_at) - julianday(started_at)) * 86400} as seconds
	from validation_session
	where deleted_at is null
) as t
group by t.day;

create view discrepancy_trend as
select d.day, d.severity, count(*) as found, count(case when d.status = 'open' then 1 end) as still_open
from (
	select {postgresql:pg_catalog.to_char(created_at at time zone 'UTC', 'YYYY-MM-DD')}{sqlite:date(created_at)} as day, severity, status
	from discrepancy
	where deleted_at is null
) as d
group by d.day, d.severity;
{postgresql:
-- row security of the caller, where the server can do that
do $$
declare
	one text;
begin
	if pg_catalog.current_setting('server_version_num')::int >= 150000 then
		foreach one in array array['validation_session_live', 'validation_result_live', 'discrepancy_live', 'validation_metrics_live',
			'behavioral_test_result_live', 'session_share_live', 'session_statistics', 'validation_trend', 'discrepancy_trend'] loop
			execute pg_catalog.format('alter view %I set (security_invoker = true)', one);
		end loop;
	end if;
end$$;}
