-- columns: none
-- Records that a script with checksum $2 and text $3, which deploy runs in several
-- transactions, has come to statement $4.
insert into {.deployment} (version, checksum, script, statement_no, begun)
values ($1, $2, $3, $4, {false})
on conflict (version) do update set checksum = excluded.checksum, script = excluded.script,
	statement_no = excluded.statement_no, begun = excluded.begun,
	indexes_before = null
