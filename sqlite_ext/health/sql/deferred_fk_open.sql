-- Reads deferred_foreign_keys of $7.
select 'info', null, null, null, null, null, null
where json_extract($7, '$.deferred_foreign_keys')
