-- columns: seal_id, sealed_at, cluster, earlier, to_transaction, to_entry, first_entry, last_entry, last_at, entries, tables, digest, previous, root, kept
-- The seals from $1 on; the last one if that is null.
select seal_id, {exact_iso:sealed_at} as sealed_at, {exact:cluster} as cluster, earlier, to_transaction, to_entry, first_entry,
	last_entry, {exact_iso:last_at} as last_at, entries, {exact:tables} as tables, {exact:digest} as digest,
	{exact:previous} as previous, {exact:root} as root, leaves is not null as kept
from {.audit_seal}
where seal_id >= coalesce($1, (select max(seal_id) from {.audit_seal}))
order by seal_id
