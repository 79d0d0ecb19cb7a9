-- columns: {finding}, suggestion
-- Reads has_moved and links of $7.
select iif(moved, 'critical', 'warning') as severity, 'main' as object,
	iif(moved, null, links) as value,
	iif(moved, 'was removed or renamed while it was open',
		printf('has %d names (links), each with its own journal', links)) as detail,
	null as fix_sql, null as reason, null as probe,
	iif(moved, 'Give the file its name again if it was renamed. If it was removed, save its rows with VACUUM INTO while'
		|| ' a connection still has it open: they are gone when the last one closes it.', null) as suggestion
from (select json_extract($7, '$.has_moved') as moved,
	json_extract($7, '$.links') as links)
where moved or links > 1
