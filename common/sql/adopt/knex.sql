-- The ledger of knex, which on SQLite has times in milliseconds.
select cast(name as text), null,
	{postgresql:pg_catalog.to_char(migration_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')}{sqlite:case when typeof(migration_time) = 'integer' then strftime('%Y-%m-%dT%H:%M:%fZ', migration_time / 1000.0, 'unixepoch') else strftime('%Y-%m-%dT%H:%M:%fZ', migration_time) end},
	null, null, 'applied'
from :ledger
order by id
