-- columns: {finding}
-- Reads deferred_foreign_keys of $7.
select 'info' as severity, null as object, null as value, null as detail, null as fix_sql, null as reason, null as probe
where json_extract($7, '$.deferred_foreign_keys')
