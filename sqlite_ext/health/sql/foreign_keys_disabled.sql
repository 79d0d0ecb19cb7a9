-- columns: {finding}
-- Reads pragma_foreign_keys, a setting of this connection, and counts the
-- foreign keys.
select 'warning' as severity, 'foreign_keys' as object, count(*) as value, null as detail,
	'PRAGMA foreign_keys = ON;' as fix_sql, null as reason, null as probe
from temp.dbcare_foreign_keys($foreign_keys) as f
where not (select foreign_keys from temp.pragma_foreign_keys) and f.seq = 0
group by 1
having count(*) > 0
