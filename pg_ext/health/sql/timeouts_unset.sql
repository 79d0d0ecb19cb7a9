-- columns: {finding}
-- Timeouts set neither for the server nor for this database or any role:
-- sessions that are idle in a transaction, or wait for a lock, do so without
-- limit.
select 'info' as severity,
	s.name as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_settings as s
where s.name in ('idle_in_transaction_session_timeout', 'lock_timeout') and s.reset_val = '0'
	and not exists (select from pg_catalog.pg_db_role_setting as kept
		cross join lateral pg_catalog.unnest(kept.setconfig) as item (text)
		left join pg_catalog.pg_database as d on d.oid = kept.setdatabase
		where coalesce(d.datname, pg_catalog.current_database()) = pg_catalog.current_database()
			and pg_catalog.split_part(item.text, '=', 1) = s.name
			and pg_catalog.split_part(item.text, '=', 2) <> '0')
order by s.name
