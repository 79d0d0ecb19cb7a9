-- columns: none
-- The bookkeeping, version 2.  A copy of the schema without the rows has its tables
-- already, but does not say so.

-- when the schema below was kept, and the last event of history that could
-- change it by then; one row
create table if not exists {.snapshot} (
	taken_at {timestamp} not null default {now},
	event_id bigint
);

-- the schema as the last migration left it, an object per row; on SQLite as the
-- text that sqlite_schema has of it
create table if not exists {.snapshot_object} (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	primary key (type, name)
);

-- what was done to the schema outside migrations, while dbmigrate_watch() is on
create table if not exists {.schema_change} (
	change_id {identity},
	object text not null,
	command text not null,
	changed_at {timestamp} not null default {now},
	changed_by text not null,
	application text,
	client text,
	statement text
);

-- scripts that dbmigrate_deploy() began to run outside a transaction and has
-- not finished
create table if not exists {.deployment} (
	version text not null primary key,
	checksum text not null, -- of the script
	statement_no integer not null, -- the first one that is not done
	begun {bool} not null, -- whether it was
	runner bigint, -- [SQLite] the process that runs it
	indexes_before {postgresql:text[]}{sqlite:text} -- [PG] indexes there were before it
);

-- who may use the ledger may use these
{postgresql:do $do$
declare
	statement text;
begin
	for statement in
		select pg_catalog.format('grant %s on dbcare.deployment, dbcare.snapshot, dbcare.snapshot_object to %s',
			a.privilege_type, case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end)
		from pg_catalog.pg_class as c
		cross join pg_catalog.aclexplode(c.relacl) as a
		left join pg_catalog.pg_roles as r on r.oid = a.grantee
		where c.oid = 'dbcare.ledger'::pg_catalog.regclass and a.grantee <> c.relowner
		order by 1
	loop
		execute statement;
	end loop;
end
$do$;}
