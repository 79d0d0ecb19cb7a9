-- Reads has_moved and links of $7.
select iif(moved, 'critical', 'warning'), 'main',
	iif(moved, null, links),
	iif(moved, 'was removed or renamed while it was open',
		printf('has %d names (links), each with its own journal', links)),
	null, null, null
from (select json_extract($7, '$.has_moved') as moved,
	json_extract($7, '$.links') as links)
where moved or links > 1
