-- Statements that take too long on average, as the host has counted them.
select case when h.slow is null then 'not_applicable' end,
	null,
	h.slow,
	cast($6 as text),
	null,
	case when h.slow is null
		then 'statements are not measured on this connection' end,
	null
from (select {history:slow_statements} as slow) as h
where h.slow is null or h.slow > 0
