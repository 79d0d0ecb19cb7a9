-- columns: none
-- Logs a change of a row with the columns $1 of the log, as the triggers do that are switched off: the action $2, the key $3,
-- the row or what has changed $4, and the new key $5.
insert into main.dbcare_audit_entry (transaction_id, logged_at, shape_id, context_id, action, row_key, changed, moved_to)
select coalesce((select transaction_id from main.dbcare_audit_current),
		dbcare_audit_transaction(1 + coalesce((select seq from main.sqlite_sequence where name = 'dbcare_audit_entry'), 0))),
	strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), $1, (select context_id from main.dbcare_audit_current), $2, $3, $4, $5
