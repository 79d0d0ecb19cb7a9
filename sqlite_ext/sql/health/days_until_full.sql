-- Needs samples of the size over time.
select 'not_applicable', null, null, null, null,
	'no samples of the size of the database are stored', null
