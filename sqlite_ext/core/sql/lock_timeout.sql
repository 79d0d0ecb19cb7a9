-- The option lock_timeout_ms, if it is a number.  No table is named, since this
-- is asked while another connection may keep the schema from being read.
select case when json_type($1, '$.lock_timeout_ms') in ('integer', 'real')
	then cast(json_extract($1, '$.lock_timeout_ms') as text) end
