-- columns: none
-- Adds a migration to the ledger of sqlx.
insert into :ledger (version, description, success, checksum, execution_time)
values (:version, :name, {true}, {postgresql:pg_catalog.decode(:checksum, 'hex')}{sqlite:x:checksum}, coalesce(:duration, 0) * 1000000)
