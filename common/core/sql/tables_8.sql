-- columns: none
-- dbcare's tables, version 8.

-- rows that an application begins with
create table if not exists {.seed} (
	name text not null primary key,
	table_name text not null,
	key_columns text not null, -- JSON array
	mode text not null check (mode in ('insert', 'upsert', 'sync')),
	environments text, -- JSON array of names; null means all
	rows_data text not null, -- JSON array of objects, without secrets
	checksum text not null,
	added_at {timestamp} not null default {now},
	added_by text not null,
	applied_at {timestamp}, -- null: never
	applied_by text,
	applied_checksum text,
	counts text -- JSON: what was done then
);

-- rows as they were last seeded, to tell what users have changed since
create table if not exists {.seed_row} (
	seed_name text {postgresql:collate "C"} not null,
	row_key text {postgresql:collate "C"} not null, -- JSON, as in the seed
	wanted text not null, -- JSON: the row of the seed
	stored text not null, -- JSON: its columns as they were read back; of secrets a digest
	primary key (seed_name, row_key)
);

-- roles that may apply migrations may apply seeds
{postgresql:do $do$
declare
	statement text;
begin
	for statement in
		select pg_catalog.format('grant %s on dbcare.seed, dbcare.seed_row to %s', a.privilege_type,
			case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end)
		from pg_catalog.pg_class as c
		cross join pg_catalog.aclexplode(c.relacl) as a
		left join pg_catalog.pg_roles as r on r.oid = a.grantee
		where c.oid = 'dbcare.ledger'::pg_catalog.regclass and a.grantee <> c.relowner
			and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
		order by 1
	loop
		execute statement;
	end loop;
end
$do$;}

-- manifests that were run; checksum is that of the
-- text, objects is a JSON array of what the migrations have created.
create table if not exists {.manifest} (
	name text not null primary key,
	version text not null,
	checksum text not null,
	objects text not null,
	environment text not null,
	first_run_at {timestamp} not null,
	run_at {timestamp} not null,
	run_by text not null
);
