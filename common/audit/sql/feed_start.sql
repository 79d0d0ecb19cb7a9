-- columns: next_transaction, earlier
-- The next transaction of entry $1, null if there is no such entry; and the last entry
-- that is from another cluster.
select (select {postgresql:e.next_transaction}{sqlite:e.transaction_id} from {.audit_entry} as e where e.entry_id = $1) as next_transaction,
	coalesce((select s.earlier from {.audit_seal} as s order by s.seal_id desc limit 1), 0) as earlier
