-- columns: none
-- Records that a script outside a transaction, whose checksum is $2, starts.
insert into {.deployment} (version, checksum, statement_no, begun)
values ($1, $2, 1, {false})
on conflict (version) do update set checksum = excluded.checksum,
	statement_no = excluded.statement_no, begun = excluded.begun,
	indexes_before = null
