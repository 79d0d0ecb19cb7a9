-- columns: seal_id, root
-- The last seals whose entries were removed, as entries say.
select a.seal_id, a.root
from (
	select {postgresql:cast(pg_catalog.jsonb_extract_path_text(cast(case when e.action = 'protection' then e.changed end as pg_catalog.jsonb), 'removed', 'seal') as bigint) as seal_id,
		pg_catalog.jsonb_extract_path_text(cast(case when e.action = 'protection' then e.changed end as pg_catalog.jsonb), 'removed', 'root') as root}{sqlite:cast(json_extract(e.changed, '$.removed.seal') as integer) as seal_id, json_extract(e.changed, '$.removed.root') as root}
	from {.audit_entry} as e
	where e.action = 'protection'
) as a
where a.seal_id is not null and a.root is not null
order by a.seal_id
