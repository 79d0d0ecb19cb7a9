-- columns: cluster, first_transaction, last_entry, is_foreign, secret
-- The cluster; the first transaction that may still write; the highest number of
-- an entry; whether an entry is from a transaction that has not begun here, so
-- that it is from another cluster; 64 random hexadecimal digits.
select cast((select s.system_identifier from pg_catalog.pg_control_system() as s) as text) as cluster,
	cast(cast(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) as text) as bigint) as first_transaction,
	coalesce((select pg_catalog.max(e.entry_id) from dbcare.audit_entry as e), 0) as last_entry,
	exists (select from dbcare.audit_entry as e
		where e.transaction_id >= cast(cast(pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot()) as text) as bigint)) as is_foreign,
	pg_catalog.replace(cast(pg_catalog.gen_random_uuid() as text) || cast(pg_catalog.gen_random_uuid() as text), '-', '') as secret
