-- columns: {finding}
-- The age of the oldest unsealed entry, in the order of sealing.
select case when s.seal_id is null then 'not_applicable' end as severity,
	cast(null as text) as object,
	{postgresql:round(cast(extract(epoch from pg_catalog.now() - e.logged_at) / 3600 as numeric), 1)::double precision}{sqlite:round((julianday('now') - julianday(e.logged_at)) * 24, 1)} as value,
	cast(null as text) as detail,
	case when s.seal_id is not null then {sqlite:'SELECT dbaudit_seal();'}{postgresql:(select pg_catalog.format('SELECT %I.dbaudit_seal();', n.nspname)
		from pg_catalog.pg_extension as x join pg_catalog.pg_namespace as n on n.oid = x.extnamespace where x.extname = 'dbcare')} end as fix_sql,
	case when s.seal_id is null then 'the log of changes has never been sealed' end as reason,
	cast(null as text) as probe
from (select 1 as one) as o
left join {.audit_seal} as s on s.seal_id = (select max(l.seal_id) from {.audit_seal} as l)
left join {.audit_entry} as e on e.entry_id = (select n.entry_id from {.audit_entry} as n
	where n.entry_id > s.earlier and {postgresql:(n.transaction_id, n.entry_id) > (s.to_transaction, s.to_entry)}{sqlite:n.entry_id > s.to_entry}
	order by {postgresql:n.transaction_id, }n.entry_id
	limit 1)
where s.seal_id is null
	or e.logged_at <= {postgresql:pg_catalog.now() - pg_catalog.make_interval(secs => cast($1 as double precision) * 3600)}{sqlite:strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (-$1 * 3600) || ' seconds')}
