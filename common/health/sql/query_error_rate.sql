-- columns: {finding}
-- Statements that failed in the last hour, if they are counted; compared with
-- transactions if only failed statements are.
select case when h.share is null then 'not_applicable' end as severity,
	cast(null as text) as object,
	h.share as value,
	h.errors || ' of ' || h.statements as detail,
	cast(null as text) as fix_sql,
	case when h.share is null then
		case when h.errors is null then 'no failed statements were counted in the last hour'
			else 'fewer than 100 statements in the last hour' end end as reason,
	cast(null as text) as probe
from (select s.statements, s.errors,
		case when s.statements >= 100 then 100.0 * s.errors / s.statements end as share
	from (select coalesce({history:statements}, {history:commits} + {history:rollbacks}) as statements,
			{history:statement_errors} as errors) as s) as h
where h.share is null or h.share >= $1
order by 2
