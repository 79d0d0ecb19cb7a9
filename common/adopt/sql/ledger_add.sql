-- columns: none
-- Records that another tool applied a migration; the text that ran is unknown.
insert into {.ledger} (version, position, name, up_sql, checksum, baseline,
	applied_by, role_name, applied_at)
values ($1, (select coalesce({postgresql:pg_catalog.}max(l.position), 0) + 1 from {.ledger} as l),
	$2, '', $3, {true}, $4, $6, coalesce(cast($5 as {timestamp}), {now}))
