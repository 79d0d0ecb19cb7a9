-- columns: none
-- dbcare's tables, version 2.  A copy of the schema without rows has these
-- tables, but not the record of their version.

-- when the schema below was stored, and the last event of the history that
-- could have changed it; one row
create table if not exists {.snapshot} (
	taken_at {timestamp} not null default {now},
	event_id bigint
);

-- the schema after the last migration, one row per object; on SQLite with its
-- text in sqlite_schema
create table if not exists {.snapshot_object} (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	primary key (type, name)
);

-- schema changes outside migrations, recorded by dbmigrate_watch()
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

-- unfinished scripts that dbmigrate_deploy() runs outside a transaction
create table if not exists {.deployment} (
	version text not null primary key,
	checksum text not null, -- of the script
	statement_no integer not null, -- the first unfinished statement
	begun {bool} not null, -- whether it was started
	runner bigint, -- [SQLite] the process that runs it
	indexes_before {postgresql:text[]}{sqlite:text} -- [PG] indexes that existed before it
);

-- roles with privileges on the ledger get the same on these tables
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
