-- columns: name, table_name, key_columns, mode, environments, rows_data, checksum, added_at, added_by, applied_at, applied_by, applied_checksum, counts, author
-- The registered seeds.
select s.name, s.table_name, s.key_columns, s.mode, s.environments, s.rows_data, s.checksum,
	{iso:s.added_at} as added_at, s.added_by, {iso:s.applied_at} as applied_at, s.applied_by, s.applied_checksum, s.counts, s.author
from {.seed} as s
order by s.name{postgresql: collate "C"}
