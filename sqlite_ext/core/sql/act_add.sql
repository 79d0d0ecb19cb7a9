-- columns: entry_id
-- Logs an act $5 on table $1 and the row with key $2, unless that is null; $3: its
-- details.  There is no role $4.
insert into main.dbcare_audit_entry (transaction_id, logged_at, shape_id, context_id, action, row_key, changed)
select coalesce((select transaction_id from main.dbcare_audit_current),
		dbcare_audit_transaction(1 + coalesce((select seq from main.sqlite_sequence where name = 'dbcare_audit_entry'), 0))),
	strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), (select max(s.shape_id) from main.dbcare_audit_shape as s where s.table_id = $1),
	(select context_id from main.dbcare_audit_current), $5, $2, $3
returning entry_id
