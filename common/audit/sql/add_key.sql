-- columns: none
-- Makes the key of hashed values, unless there is one.
insert into {.audit_key} (key_id, secret)
select 1, {postgresql:pg_catalog.encode(pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid())
	operator(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid())), 'hex')}{sqlite:lower(hex(randomblob(32)))}
where not exists (select 1 from {.audit_key})
