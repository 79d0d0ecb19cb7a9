-- What changes whenever a counter may have started anew: $1 says who counts.
select coalesce(json_extract($1, '$.epoch'), '')
