-- columns: none
-- dbcare's tables, version 6.

-- identities of the tables that repairs have changed
create table if not exists {.repair_table} (
	repair_id bigint not null,
	table_name text not null,
	identity text not null, -- JSON, see check/identity.sql
	primary key (repair_id, table_name)
);

-- the end of the log; one row, written only by dbcare
create table if not exists {.history_head} (
	head_id integer not null primary key check (head_id = 1),
	events bigint not null, -- number of events
	event_id bigint not null, -- last event; 0: none
	hash text, -- hash of the last event
	numbered_from bigint not null -- from here on the hash includes the event_id, which has no gaps
);
insert into {.history_head} (head_id, events, event_id, hash, numbered_from)
select 1, {postgresql:pg_catalog.}count(*), coalesce({postgresql:pg_catalog.}max(h.event_id), 0),
	(select l.hash from {.history} as l order by l.event_id desc limit 1),
	coalesce({postgresql:pg_catalog.}max(h.event_id), 0)
from {.history} as h
where {true}
on conflict (head_id) do nothing;

-- the log and its head are written with the rights of their owner; roles that
-- may read one may read the other
{postgresql:do $do$
declare
	statement text;
begin
	for statement in
		select pg_catalog.format('alter table dbcare.history_head owner to %I', r.rolname)
		from pg_catalog.pg_class as c
		join pg_catalog.pg_roles as r on r.oid = c.relowner
		where c.oid = 'dbcare.history'::pg_catalog.regclass
			and c.relowner <> (select h.relowner from pg_catalog.pg_class as h
				where h.oid = 'dbcare.history_head'::pg_catalog.regclass)
		union all
		select pg_catalog.format(case a.privilege_type
				when 'INSERT' then 'revoke insert on dbcare.history from %s cascade'
				else 'grant select on dbcare.history_head to %s' end,
			case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end)
		from pg_catalog.pg_class as c
		cross join pg_catalog.aclexplode(c.relacl) as a
		left join pg_catalog.pg_roles as r on r.oid = a.grantee
		where c.oid = 'dbcare.history'::pg_catalog.regclass and a.grantee <> c.relowner
			and a.privilege_type in ('INSERT', 'SELECT')
	loop
		execute statement;
	end loop;
end
$do$;}

-- the database that the samples of a separate file belong to; one row
{sqlite:create table if not exists main.dbcare_samples_of (
	database_file text not null, -- absolute path
	since text -- creation time of dbcare's tables there; null: unknown
);}
-- roles with privileges on the ledger, or on saved rows, get the same on the
-- tables of later versions
{postgresql:do $do$
declare
	statement text;
begin
	for statement in
		select pg_catalog.format('grant %s on %s to %s', a.privilege_type,
			case c.relname when 'ledger' then 'dbcare.adoption, dbcare.backfill' else 'dbcare.repair_table' end,
			case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end)
		from pg_catalog.pg_class as c
		cross join pg_catalog.aclexplode(c.relacl) as a
		left join pg_catalog.pg_roles as r on r.oid = a.grantee
		where a.grantee <> c.relowner
			and (c.oid = 'dbcare.ledger'::pg_catalog.regclass
				and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
				or c.oid = 'dbcare.quarantine'::pg_catalog.regclass
				and a.privilege_type in ('SELECT', 'INSERT'))
		order by 1
	loop
		execute statement;
	end loop;
end
$do$;}
