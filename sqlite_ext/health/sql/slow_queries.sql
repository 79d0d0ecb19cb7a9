-- columns: {finding}
-- Statements with a high mean execution time, as counted by the host.
select case when h.slow is null then 'not_applicable' end as severity,
	null as object,
	h.slow as value,
	cast($6 as text) as detail,
	null as fix_sql,
	case when h.slow is null
		then 'statements are not measured on this connection' end as reason,
	null as probe
from (select {history:slow_statements} as slow) as h
where h.slow is null or h.slow > 0
