-- columns: due
-- Whether the log of changes has entries to seal, or changes of roles to find, and was last sealed before $1.
select (select count(*) from (select 1 from {.audit_entry} as n
		where n.entry_id > coalesce(s.earlier, 0)
			and (s.seal_id is null or {postgresql:(n.transaction_id, n.entry_id) > (s.to_transaction, s.to_entry)}{sqlite:n.entry_id > s.to_entry})
		limit 1) as u) {postgresql:+ (select count(*) from dbcare.audit_role as r)} > 0
	and (s.seal_id is null or s.sealed_at <= cast($1 as {timestamp})) as due
from (select 1 as one) as o
left join {.audit_seal} as s on s.seal_id = (select max(l.seal_id) from {.audit_seal} as l)
