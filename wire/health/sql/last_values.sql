-- columns: sequence, is_readable, last_value
-- The last values of the sequences in $1, a JSON array of texts that begin with
-- their OIDs: null if a sequence has not been used.
select s.sequence, s.is_readable,
	case when s.is_readable then pg_catalog.pg_sequence_last_value(s.oid) end as last_value
from (select w.sequence, c.oid, pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE') as is_readable
	from pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) as w (sequence)
	join pg_catalog.pg_class as c on c.oid = pg_catalog.split_part(w.sequence, ' ', 1)::pg_catalog.oid and c.relkind = 'S') as s
order by s.oid
