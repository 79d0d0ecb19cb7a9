-- columns: batch_id
-- as owner
-- The batches that a purge leaves because the caller may not delete all of their rows
-- for good: those of tables $5, a JSON array; see archive/purge_preview for the others.
select distinct o.batch_id
from dbcare.trash as o
where o.deleted_at <= cast($1 as timestamptz) and o.action = 'delete' and (o.table_name in {partitions:$2} or o.root = $2)
	and ($3 = 0 or o.batch_id = $3) and ($4 is null or coalesce(o.key_values, o.row_key) in {listed:$4})
	and o.batch_id in (select l.batch_id from dbcare.trash as l
		where l.table_id in (select cast(e.value as bigint) from pg_catalog.jsonb_array_elements_text(cast($5 as pg_catalog.jsonb)) as e (value)))
order by o.batch_id
