-- columns: none
-- Records the registered text of a migration as the applied one.
update {.ledger} set (name, up_sql, down_sql, checksum, author) = (
	select m.name, m.up_sql, m.down_sql, m.checksum, m.author
	from {.migration} as m
	where m.version = $1)
where version = $1
