-- columns: is_on
-- Whether the server records which blocks change; no row if it cannot.
select cast(s.setting as boolean) as is_on
from pg_catalog.pg_settings as s
where s.name = 'summarize_wal'
