-- SQLite does not count how often an index is used.
select 'not_applicable', null, null, null, null,
	'SQLite does not count the use of indexes', null
