-- columns: {finding}
-- Reads file_bytes and header_bytes of $7.  A longer file is valid: an
-- application can make it grow in larger steps than pages.
select iif(file < header, 'critical', 'info') as severity, 'main' as object, file - header as value,
	printf('%d bytes long, %d according to its header', file, header) as detail, null as fix_sql, null as reason, null as probe
from (select json_extract($7, '$.file_bytes') as file,
	json_extract($7, '$.header_bytes') as header)
where file <> header
