-- columns: none
-- Records that a migration is applied; a repeatable one may have a row already.
insert into {.ledger} (version, position, name, up_sql, down_sql, checksum,
	baseline, applied_by, role_name, duration_ms, applied_at, author)
select m.version, $2, m.name, m.up_sql, m.down_sql, m.checksum, $3, $4, $7,
	cast($5 as bigint), cast($6 as {timestamp}), m.author
from {.migration} as m
where m.version = $1
on conflict (version) do update set position = excluded.position,
	name = excluded.name, up_sql = excluded.up_sql,
	down_sql = excluded.down_sql, checksum = excluded.checksum,
	baseline = excluded.baseline, applied_at = excluded.applied_at,
	applied_by = excluded.applied_by, role_name = excluded.role_name,
	duration_ms = excluded.duration_ms, author = excluded.author
