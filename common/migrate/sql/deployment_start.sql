-- columns: none
-- Records that a script with checksum $2, which deploy runs in several transactions, has
-- come to statement $3.
insert into {.deployment} (version, checksum, statement_no, begun)
values ($1, $2, $3, {false})
on conflict (version) do update set checksum = excluded.checksum,
	statement_no = excluded.statement_no, begun = excluded.begun,
	indexes_before = null
