-- columns: encoding, collate, ctype, provider, locale
-- The columns for other providers than libc have other names in each version.
select pg_catalog.pg_encoding_to_char(d.encoding) as encoding, d.datcollate as collate, d.datctype as ctype,
	case j.row ->> 'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as provider,
	coalesce(j.row ->> 'datlocale', j.row ->> 'daticulocale') as locale
from pg_catalog.pg_database as d, lateral (select pg_catalog.to_jsonb(d) as row) as j
where d.datname = pg_catalog.current_database()
