-- columns: trash_id, action, line
-- as owner
-- The rows that this transaction has added to the trash after number $1: visible ones of a
-- transaction that has not ended.  The line is all that the trash has of the row.
select t.trash_id, t.action, cast(pg_catalog.to_jsonb(t) - 'trash_id' - 'batch_id' as text) as line
from dbcare.trash as t
cross join (select cast(cast(pg_catalog.pg_current_xact_id() as text) as bigint) as number) as x
cross join lateral (select (x.number >> 32 << 32) + cast(cast(t.xmin as text) as bigint) as number) as m
where t.trash_id > $1
	-- numbers of subtransactions are next to that of the transaction
	and pg_catalog.pg_xact_status(cast(cast(case when m.number - x.number > 2147483648 then m.number - 4294967296
		when x.number - m.number > 2147483648 then m.number + 4294967296 else m.number end as text) as pg_catalog.xid8)) = 'in progress'
order by t.trash_id
