-- columns: {finding}
-- Reads network of $7.  WAL mode requires shared memory, which two machines do
-- not have; 9p and fuse may be file systems of a single machine.
select case when journal_mode <> 'wal' then 'not_applicable'
		when network in ('9p', 'fuse', 'vboxsf') then 'warning'
		else 'critical' end as severity,
	iif(journal_mode = 'wal', 'main', null) as object, null as value, network as detail, null as fix_sql,
	iif(journal_mode = 'wal', null,
		'the database is not in WAL mode') as reason,
	null as probe
from temp.pragma_journal_mode('main')
join (select json_extract($7, '$.network') as network)
where journal_mode <> 'wal' or network is not null
