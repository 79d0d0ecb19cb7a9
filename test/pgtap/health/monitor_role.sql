-- What a role with the area monitor alone learns from the health checks.
begin;
\ir begin.psql
select no_plan();
create table public.kept (id integer primary key, v text);
select dbarchive_enable('public.kept') is not null as kept \gset
select dbaudit_enable('public.kept') is not null as logged \gset
insert into public.kept values (1, 'x');
create role hc_guard;
grant pg_monitor to hc_guard;
select dbcare_grant('hc_guard', 'monitor') is not null as granted \gset
select dbhealth_status() as status \gset
select string_agg(concat_ws(' ', check_id, severity, object), ', ' order by check_id, object) as found from dbhealth_checks()
	where check_id not in ('archive_triggers', 'audit_unsealed', 'pending_restart', 'weak_auth') and severity in ('info', 'warning', 'critical') \gset
set local role hc_guard;
select is((select string_agg(distinct check_id, ', ' order by check_id) from dbhealth_checks() where severity = 'unknown'),
	'archive_triggers, audit_unsealed, pending_restart, weak_auth', 'what is kept of rows, and what superusers see, is unknown to it');
select is(dbhealth_status(), :'status', 'which changes no status');
select is((select string_agg(concat_ws(' ', check_id, severity, object), ', ' order by check_id, object) from dbhealth_checks()
	where check_id <> all ('{archive_triggers, audit_unsealed, pending_restart, weak_auth}') and severity in ('info', 'warning', 'critical')), :'found',
	'and has the findings that a superuser has');
reset role;
select * from finish();
rollback;
