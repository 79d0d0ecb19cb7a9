-- columns: none
-- Deletes from the trash what this transaction has added to it after number $1 of tables
-- with mode flag: a table that loses rows in cascades has triggers that keep them.
delete from dbcare.trash as t
using (select cast(cast(pg_catalog.pg_current_xact_id() as text) as bigint) as number) as x
where t.trash_id > $1 and t.action = 'delete' and t.table_id in (select a.table_id from dbcare.archived_table as a where a.mode = 'flag')
	-- numbers of subtransactions are next to that of the transaction
	and pg_catalog.pg_xact_status(cast(cast((x.number >> 32 << 32) + cast(cast(t.xmin as text) as bigint)
		+ case when (x.number & 4294967295) - cast(cast(t.xmin as text) as bigint) > 2147483648 then 4294967296
			when cast(cast(t.xmin as text) as bigint) - (x.number & 4294967295) > 2147483648 then -4294967296 else 0 end as text) as pg_catalog.xid8)) = 'in progress'
