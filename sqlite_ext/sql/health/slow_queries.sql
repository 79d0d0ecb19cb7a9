-- Nothing profiles the statements of a connection unless asked to.
select 'not_applicable', null, null, null, null,
	'statements are not profiled on this connection', null
