-- The bookkeeping, version 6.

-- what the tables of repairs were when rows of them were removed or changed
create table if not exists {.repair_table} (
	repair_id bigint not null,
	table_name text not null,
	identity text not null, -- JSON, see check/identity.sql
	primary key (repair_id, table_name)
);
