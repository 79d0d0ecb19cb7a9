-- What the details of an object ($1) say.
select json_extract($1, '$.sql'), json_extract($1, '$.order')
