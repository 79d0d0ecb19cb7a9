-- Who is working, the history of statuses, and who sees and changes what.
{postgresql:
set local lock_timeout = '10s';

-- an application names the user with dbaudit_actor(); every other role is itself
create view session_identity as
select case when exists (select from session_application as a where a.role_name = current_user)
	then nullif(pg_catalog.current_setting('dbcare.actor', true), '')
	else cast(current_user as text) end as name;

-- as its owner, so that no role needs the right to write history, and only for
-- tables of roles that have the rights of that owner anyway: any role can make a trigger
-- that runs it on a table of its own, beside others of these names, with triggers; the
-- parameter role is the role that the caller has set
create function session_record_status() returns trigger language plpgsql security definer
	set search_path = pg_catalog, pg_temp as $$
declare
	who text := coalesce(nullif(current_setting('role'), 'none'), session_user);
	acts boolean;
begin
	if exists (select from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
		where n.nspname = tg_table_schema and c.relname in (tg_table_name, 'session_application', 'session_status_history')
			and not pg_has_role(c.relowner, current_user, 'usage')) then
		raise insufficient_privilege using message = format('tables of schema %I belong to a role without the rights of role %I',
			tg_table_schema, current_user);
	end if;
	execute format('select exists (select from %I.session_application where role_name = $1)', tg_table_schema)
		into acts using who;
	if acts then
		who := coalesce(nullif(current_setting('dbcare.actor', true), ''), who);
	end if;
	execute format('insert into %I.session_status_history (session_id, from_status, to_status, changed_by)
		values ($1, $2, $3, $4)', tg_table_schema)
		using new.id, case when tg_op = 'UPDATE' then old.status end, new.status, who;
	return null;
end$$;
revoke all on function session_record_status() from public;
create trigger status_inserted after insert on validation_session
	for each row execute function session_record_status();
create trigger status_changed after update of status on validation_session
	for each row when (old.status is distinct from new.status) execute function session_record_status();

-- who may write a session may neither take nor delete it
create function session_owner_only() returns trigger language plpgsql
	set search_path = pg_catalog, pg_temp as $$
declare
	who text;
begin
	if not row_security_active(tg_relid) then
		return new;
	end if;
	execute format('select name from %I.session_identity', tg_table_schema) into who;
	if old.owner is distinct from who then
		raise insufficient_privilege using message = format('only the owner may delete session %s or change its key', old.id);
	end if;
	return new;
end$$;
create trigger owner_only before update on validation_session
	for each row when (old.owner is distinct from new.owner or old.deleted_at is distinct from new.deleted_at
		or old.id is distinct from new.id)
	execute function session_owner_only();

alter table validation_session enable row level security;
alter table session_share enable row level security;
alter table validation_result enable row level security;
alter table discrepancy enable row level security;
alter table validation_metrics enable row level security;
alter table validation_metrics_archive enable row level security;
alter table behavioral_test_result enable row level security;
alter table session_status_history enable row level security;
alter table processing_log enable row level security;

create policy share_read on session_share for select
	using (owner = (select name from session_identity) or shared_with = (select name from session_identity));
create policy share_insert on session_share for insert
	with check (owner = (select name from session_identity));
create policy share_update on session_share for update
	using (owner = (select name from session_identity)) with check (owner = (select name from session_identity));
create policy share_delete on session_share for delete
	using (owner = (select name from session_identity));

create policy session_read on validation_session for select
	using (owner = (select name from session_identity) or id in (select h.session_id from session_share as h
		where h.shared_with = (select name from session_identity) and h.deleted_at is null));
create policy session_insert on validation_session for insert
	with check (owner = (select name from session_identity));
create policy session_update on validation_session for update
	using (owner = (select name from session_identity) or id in (select h.session_id from session_share as h
		where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null))
	with check (owner = (select name from session_identity) or id in (select h.session_id from session_share as h
		where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null));
create policy session_delete on validation_session for delete
	using (owner = (select name from session_identity));

-- rows of a session are read by those who read it, and written by those who
-- may write it
create policy session_read on validation_result for select
	using (session_id in (select s.id from validation_session as s));
create policy session_write on validation_result
	using (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)))
	with check (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)));
create policy session_read on discrepancy for select
	using (session_id in (select s.id from validation_session as s));
create policy session_write on discrepancy
	using (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)))
	with check (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)));
create policy session_read on validation_metrics for select
	using (session_id in (select s.id from validation_session as s));
create policy session_write on validation_metrics
	using (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)))
	with check (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)));
create policy session_read on behavioral_test_result for select
	using (session_id in (select s.id from validation_session as s));
create policy session_write on behavioral_test_result
	using (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)))
	with check (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)));
create policy session_read on processing_log for select
	using (session_id in (select s.id from validation_session as s));
create policy session_write on processing_log
	using (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)))
	with check (session_id in (select s.id from validation_session as s
		where s.owner = (select name from session_identity) or s.id in (select h.session_id from session_share as h
			where h.shared_with = (select name from session_identity) and h.may_write and h.deleted_at is null)));
create policy session_read on validation_metrics_archive for select
	using (session_id in (select s.id from validation_session as s));
create policy session_read on session_status_history for select
	using (session_id in (select s.id from validation_session as s));}
{sqlite:
-- the actor of the open transaction, see dbaudit_actor()
create view session_identity as
select c.actor as name
from dbcare_audit_current as a
join dbcare_audit_context as c on c.context_id = a.context_id;

create view session_right as
select s.id as session_id, s.owner = i.name as is_owner,
	s.owner = i.name or exists (select 1 from session_share as h
		where h.session_id = s.id and h.shared_with = i.name and h.may_write and h.deleted_at is null) as may_write
from session_identity as i
join validation_session as s on s.owner = i.name or s.id in (select h.session_id from session_share as h
	where h.shared_with = i.name and h.deleted_at is null)
where s.deleted_at is null;

create trigger status_inserted after insert on validation_session begin
	insert into session_status_history (session_id, to_status, changed_by)
	values (new.id, new.status, (select name from session_identity));
end;
create trigger status_changed after update of status on validation_session when old.status is not new.status begin
	insert into session_status_history (session_id, from_status, to_status, changed_by)
	values (new.id, old.status, new.status, (select name from session_identity));
end;

create view my_validation_session as
select id, name, owner, status, configuration, tags, started_at, finished_at, created_at
from validation_session
where id in (select session_id from session_right);
create trigger my_validation_session_insert instead of insert on my_validation_session begin
	select raise(abort, 'no user is named: call dbaudit_actor() in the transaction')
	where not exists (select 1 from session_identity);
	select raise(abort, 'a session belongs to the user who creates it')
	where coalesce(new.owner <> (select name from session_identity), 0);
	insert into validation_session (name, owner, status, configuration, tags, started_at, finished_at)
	values (new.name, (select name from session_identity), coalesce(new.status, 'new'), coalesce(new.configuration, json_object()),
		coalesce(new.tags, json_array()), new.started_at, new.finished_at);
end;
create trigger my_validation_session_update instead of update on my_validation_session begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.id and may_write);
	select raise(abort, 'the key, the owner and the time of creation do not change')
	where new.id is not old.id or new.owner is not old.owner or new.created_at is not old.created_at;
	update validation_session set name = new.name, status = new.status, configuration = new.configuration, tags = new.tags,
		started_at = new.started_at, finished_at = new.finished_at
	where id = old.id;
end;
create trigger my_validation_session_delete instead of delete on my_validation_session begin
	select raise(abort, 'only the owner may delete the session')
	where not exists (select 1 from session_right where session_id = old.id and is_owner);
	update validation_session set deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), deleted_by = (select name from session_identity)
	where id = old.id;
end;

create view my_session_share as
select id, session_id, owner, shared_with, may_write, created_at
from session_share
where session_id in (select session_id from session_right) and deleted_at is null
	and (select name from session_identity) in (owner, shared_with);
create trigger my_session_share_insert instead of insert on my_session_share begin
	select raise(abort, 'only the owner may share the session')
	where not exists (select 1 from session_right where session_id = new.session_id and is_owner);
	insert into session_share (session_id, owner, shared_with, may_write)
	values (new.session_id, (select name from session_identity), new.shared_with, coalesce(new.may_write, 0));
end;
create trigger my_session_share_delete instead of delete on my_session_share begin
	select raise(abort, 'only the owner may share the session')
	where not exists (select 1 from session_right where session_id = old.session_id and is_owner);
	delete from session_share where id = old.id;
end;

create view my_validation_result as
select id, session_id, test, status, duration_ms, details, created_at
from validation_result
where session_id in (select session_id from session_right) and deleted_at is null;
create trigger my_validation_result_insert instead of insert on my_validation_result begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = new.session_id and may_write);
	insert into validation_result (session_id, test, status, duration_ms, details)
	values (new.session_id, new.test, new.status, new.duration_ms, coalesce(new.details, json_object()));
end;
create trigger my_validation_result_update instead of update on my_validation_result begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	select raise(abort, 'the key, the session and the time of creation do not change')
	where new.id is not old.id or new.session_id is not old.session_id or new.created_at is not old.created_at;
	update validation_result set test = new.test, status = new.status, duration_ms = new.duration_ms, details = new.details
	where id = old.id;
end;
create trigger my_validation_result_delete instead of delete on my_validation_result begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	update validation_result set deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), deleted_by = (select name from session_identity)
	where id = old.id;
end;

create view my_discrepancy as
select id, session_id, result_id, severity, status, message, expected, actual, resolution, created_at
from discrepancy
where session_id in (select session_id from session_right) and deleted_at is null;
create trigger my_discrepancy_insert instead of insert on my_discrepancy begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = new.session_id and may_write);
	insert into discrepancy (session_id, result_id, severity, status, message, expected, actual, resolution)
	values (new.session_id, new.result_id, coalesce(new.severity, 'warning'), coalesce(new.status, 'open'), new.message, new.expected, new.actual, new.resolution);
end;
create trigger my_discrepancy_update instead of update on my_discrepancy begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	select raise(abort, 'the key, the session and the time of creation do not change')
	where new.id is not old.id or new.session_id is not old.session_id or new.created_at is not old.created_at;
	update discrepancy set result_id = new.result_id, severity = new.severity, status = new.status, message = new.message, expected = new.expected, actual = new.actual, resolution = new.resolution
	where id = old.id;
end;
create trigger my_discrepancy_delete instead of delete on my_discrepancy begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	update discrepancy set deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), deleted_by = (select name from session_identity)
	where id = old.id;
end;

create view my_validation_metrics as
select id, session_id, name, value, unit, labels, created_at
from validation_metrics
where session_id in (select session_id from session_right) and deleted_at is null;
create trigger my_validation_metrics_insert instead of insert on my_validation_metrics begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = new.session_id and may_write);
	insert into validation_metrics (session_id, name, value, unit, labels)
	values (new.session_id, new.name, new.value, new.unit, coalesce(new.labels, json_object()));
end;
create trigger my_validation_metrics_update instead of update on my_validation_metrics begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	select raise(abort, 'the key, the session and the time of creation do not change')
	where new.id is not old.id or new.session_id is not old.session_id or new.created_at is not old.created_at;
	update validation_metrics set name = new.name, value = new.value, unit = new.unit, labels = new.labels
	where id = old.id;
end;
create trigger my_validation_metrics_delete instead of delete on my_validation_metrics begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	update validation_metrics set deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), deleted_by = (select name from session_identity)
	where id = old.id;
end;

create view my_behavioral_test_result as
select id, session_id, scenario, status, score, steps, created_at
from behavioral_test_result
where session_id in (select session_id from session_right) and deleted_at is null;
create trigger my_behavioral_test_result_insert instead of insert on my_behavioral_test_result begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = new.session_id and may_write);
	insert into behavioral_test_result (session_id, scenario, status, score, steps)
	values (new.session_id, new.scenario, new.status, new.score, coalesce(new.steps, json_array()));
end;
create trigger my_behavioral_test_result_update instead of update on my_behavioral_test_result begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	select raise(abort, 'the key, the session and the time of creation do not change')
	where new.id is not old.id or new.session_id is not old.session_id or new.created_at is not old.created_at;
	update behavioral_test_result set scenario = new.scenario, status = new.status, score = new.score, steps = new.steps
	where id = old.id;
end;
create trigger my_behavioral_test_result_delete instead of delete on my_behavioral_test_result begin
	select raise(abort, 'the session is not shared for writing')
	where not exists (select 1 from session_right where session_id = old.session_id and may_write);
	update behavioral_test_result set deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), deleted_by = (select name from session_identity)
	where id = old.id;
end;

create view my_session_status_history as
select id, session_id, from_status, to_status, changed_by, changed_at
from session_status_history
where session_id in (select session_id from session_right);
create view my_processing_log as
select id, session_id, level, message, context, created_at
from processing_log
where session_id in (select session_id from session_right);
create view my_validation_metrics_archive as
select id, session_id, name, value, unit, labels, created_at
from validation_metrics_archive
where session_id in (select session_id from session_right) and deleted_at is null;
create view my_session_statistics as
select * from session_statistics
where session_id in (select session_id from session_right);}
