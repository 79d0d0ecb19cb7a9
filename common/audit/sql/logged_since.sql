-- columns: since, is_earlier, is_disabled
-- Since when the changes of table $1 are in the log, null if they are logged with the
-- table that it is a partition of; whether $2 is earlier; and whether they are no longer
-- logged.  Infinity has no text.
select {iso:f.since} as since, {postgresql:cast($2 as timestamptz)}{sqlite:$2} < f.since as is_earlier, f.is_disabled
from (select {postgresql:greatest(t.enabled_at, (select max(s.last_at) from dbcare.audit_seal as s where s.leaves is null),
		(select k.part_until from dbcare.known_table as k where k.table_id = t.table_id))}{sqlite:max(t.enabled_at, coalesce((select max(s.last_at) from main.dbcare_audit_seal as s where s.leaves is null), ''))} as since,
		t.disabled_at is not null as is_disabled
	from {.audited_table} as t
	where t.table_id = $1) as f
