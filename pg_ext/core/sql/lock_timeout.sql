-- columns: is_unlimited
-- Whether the session waits for locks without a limit.
select pg_catalog.current_setting('lock_timeout') = '0' as is_unlimited
