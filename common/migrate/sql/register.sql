-- columns: none
-- Registers a migration or its new text.
insert into {.migration} (version, name, description, kind, up_sql, down_sql,
	verify_sql, checksum, definition, transactional, repeatable, environments,
	source, up_file, up_line, down_file, down_line, registered_by, author)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
	cast($15 as integer), $16, cast($17 as integer), $18, $19)
on conflict (version) do update set name = excluded.name,
	description = excluded.description, kind = excluded.kind,
	up_sql = excluded.up_sql, down_sql = excluded.down_sql,
	verify_sql = excluded.verify_sql, checksum = excluded.checksum,
	definition = excluded.definition, transactional = excluded.transactional,
	repeatable = excluded.repeatable, environments = excluded.environments,
	source = excluded.source, up_file = excluded.up_file,
	up_line = excluded.up_line, down_file = excluded.down_file,
	down_line = excluded.down_line, registered_at = excluded.registered_at,
	registered_by = excluded.registered_by, author = excluded.author, failed_at = null, failure = null
