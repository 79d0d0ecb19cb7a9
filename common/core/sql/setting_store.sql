-- columns: none
-- Stores a setting.
insert into {.setting} (name, value, changed_by) values ($1, $2, $3)
on conflict (name) do update set value = excluded.value,
	changed_at = excluded.changed_at, changed_by = excluded.changed_by
