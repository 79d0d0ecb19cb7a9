-- Logs that a text was registered.
insert into {.history} (event, version, name, checksum, up_sql, down_sql, actor,
	role_name, application)
select 'register', m.version, m.name, m.checksum, m.up_sql, m.down_sql, $2,
	{role}, {application}
from {.migration} as m
where m.version = $1
