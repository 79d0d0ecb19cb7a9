-- Reads file_bytes and header_bytes of $7.  A longer file may be meant so: an
-- application can have it grow in larger steps than pages.
select iif(file < header, 'critical', 'info'), 'main', file - header,
	printf('%d bytes long, %d according to its header', file, header), null, null, null
from (select json_extract($7, '$.file_bytes') as file,
	json_extract($7, '$.header_bytes') as header)
where file <> header
