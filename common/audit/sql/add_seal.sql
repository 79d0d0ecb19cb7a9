-- columns: none
-- Stores a seal; the columns are those of audit/seals.sql, then its leaves and
-- salts.
insert into {.audit_seal} (seal_id, sealed_at, cluster, earlier, to_transaction, to_entry, first_entry, last_entry,
	last_at, entries, tables, digest, previous, root, leaves, salts)
values ($1, {postgresql:cast($2 as timestamptz)}{sqlite:$2}, $3, $4, $5, $6, $7, $8,
	{postgresql:cast($9 as timestamptz)}{sqlite:$9}, $10, $11, $12, $13, $14, $15, $16)
