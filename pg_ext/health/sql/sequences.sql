-- columns: oid, probe
-- For sequence_exhaustion: every sequence that does not cycle, and a probe of
-- its use up to the lowest limit it may have, that of the smallest integer
-- type; no probe if the caller may not read it.
select cast(s.seqrelid as text) as oid,
	case when pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT')
			and pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')
		then case when s.seqincrement > 0
			then pg_catalog.format('sequence %s from %s to %s', s.seqrelid, s.seqmin, least(s.seqmax,
				case when s.seqmin < 32767 then 32767 when s.seqmin < 2147483647 then 2147483647 end))
			else pg_catalog.format('sequence %s from %s to %s', s.seqrelid, s.seqmax, greatest(s.seqmin,
				case when s.seqmax > -32768 then -32768 when s.seqmax > -2147483648 then -2147483648 end))
			end end as probe
from pg_catalog.pg_sequence as s
join pg_catalog.pg_class as c on c.oid = s.seqrelid
where not s.seqcycle
order by s.seqrelid
