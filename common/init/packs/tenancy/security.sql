-- Each session sees and changes the rows of its tenants.
{postgresql:
set local lock_timeout = '10s';

-- a view reads tenant_access with the rights of its owner.  The owner of the
-- tables, whom forced row security binds, too, acts for all tenants unless it has
-- rows.  The parameter narrows what a role may see, and never widens it.
create view session_access as
select a.tenant_slug, nullif(pg_catalog.current_setting('dbcare.tenant', true), '') as chosen
from (
	select tenant_slug
	from tenant_access
	where login = current_user
	union all
	select null
	where current_user = (select pg_catalog.pg_get_userbyid(relowner) from pg_catalog.pg_class where oid = cast('tenant_access' as regclass))
		and not exists (select from tenant_access where login = current_user)
) as a;

alter table tenants enable row level security;
alter table tenants force row level security;
alter table users enable row level security;
alter table users force row level security;

create policy tenant_read on tenants for select
	using (exists (select from session_access as a
		where coalesce(a.tenant_slug, tenants.slug) = tenants.slug and coalesce(a.chosen, tenants.slug) = tenants.slug
			and (tenants.status = 'active' or a.tenant_slug is null)));
create policy tenant_write on tenants
	using (exists (select from session_access as a where a.tenant_slug is null and coalesce(a.chosen, tenants.slug) = tenants.slug))
	with check (exists (select from session_access as a where a.tenant_slug is null and coalesce(a.chosen, tenants.slug) = tenants.slug));

-- tenants has only those of the session
create policy tenant_only on users
	using (tenant_id = any (array(select t.id from tenants as t)))
	with check (tenant_id = any (array(select t.id from tenants as t)));}
{sqlite:
-- of the actor of the open transaction, see dbaudit_actor(); admin acts for all
-- tenants unless it has rows
create view session_access as
select t.tenant_slug
from dbcare_audit_current as a
join dbcare_audit_context as c on c.context_id = a.context_id
join (
	select login, tenant_slug from tenant_access
	union all
	select 'admin', null where not exists (select 1 from tenant_access where login = 'admin')
) as t on t.login = c.actor;

create view my_tenants as
select id, slug, name, status, settings, created_at
from tenants
where exists (select 1 from session_access as a
	where coalesce(a.tenant_slug, tenants.slug) = tenants.slug and (tenants.status = 'active' or a.tenant_slug is null));
create trigger my_tenants_insert instead of insert on my_tenants begin
	select raise(abort, 'only an actor for all tenants may create one')
	where not exists (select 1 from session_access where tenant_slug is null);
	insert into tenants (slug, name, status, settings)
	values (new.slug, new.name, coalesce(new.status, 'active'), coalesce(new.settings, json_object()));
end;
create trigger my_tenants_update instead of update on my_tenants begin
	select raise(abort, 'only an actor for all tenants may change one')
	where not exists (select 1 from session_access where tenant_slug is null);
	select raise(abort, 'the key and the time of creation do not change')
	where new.id is not old.id or new.created_at is not old.created_at;
	update tenants set slug = new.slug, name = new.name, status = new.status, settings = new.settings
	where id = old.id;
end;
create trigger my_tenants_delete instead of delete on my_tenants begin
	select raise(abort, 'only an actor for all tenants may delete one')
	where not exists (select 1 from session_access where tenant_slug is null);
	delete from tenants where id = old.id;
end;

-- without passwords
create view my_users as
select id, tenant_id, login, name, email, role_id, status, disabled_at, created_at
from users
where tenant_id in (select id from my_tenants);
create trigger my_users_insert instead of insert on my_users begin
	select raise(abort, 'the actor may not act for this tenant')
	where not exists (select 1 from my_tenants where id = new.tenant_id);
	insert into users (tenant_id, login, name, email, role_id, status, disabled_at)
	values (new.tenant_id, new.login, new.name, new.email, new.role_id, coalesce(new.status, 'active'), new.disabled_at);
end;
create trigger my_users_update instead of update on my_users begin
	select raise(abort, 'the key, the tenant and the time of creation do not change')
	where new.id is not old.id or new.tenant_id is not old.tenant_id or new.created_at is not old.created_at;
	update users set login = new.login, name = new.name, email = new.email, role_id = new.role_id, status = new.status,
		disabled_at = new.disabled_at
	where id = old.id;
end;
create trigger my_users_delete instead of delete on my_users begin
	delete from users where id = old.id;
end;}
