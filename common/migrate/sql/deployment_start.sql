-- columns: none
-- Notes that a script outside a transaction is about to run from its start.
insert into {.deployment} (version, checksum, statement_no, begun)
select m.version, m.checksum, 1, {false}
from {.migration} as m
where m.version = $1
on conflict (version) do update set checksum = excluded.checksum,
	statement_no = excluded.statement_no, begun = excluded.begun,
	indexes_before = null
