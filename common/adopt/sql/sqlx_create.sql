-- columns: none
-- The ledger of sqlx, as sqlx creates it.
create table if not exists :ledger (
	version bigint primary key,
	description {postgresql:pg_catalog.text}{sqlite:text} not null,
	installed_on {postgresql:pg_catalog.timestamptz}{sqlite:timestamp} not null default {postgresql:pg_catalog.now()}{sqlite:current_timestamp},
	success boolean not null,
	checksum {postgresql:pg_catalog.bytea}{sqlite:blob} not null,
	execution_time bigint not null
)
