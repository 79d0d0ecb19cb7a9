-- columns: is_changed
-- Whether entries of table $1 of audited_table, which is $3 of schema $2 now, may have keys of
-- other types: equal ones can be written in another way.
with shape as (
	select (select group_concat(kind) from (select case when lower(json_extract(c.value, '$.type')) like '%int%' then 'number' when lower(json_extract(c.value, '$.type')) like '%char%' or lower(json_extract(c.value, '$.type')) like '%clob%' or lower(json_extract(c.value, '$.type')) like '%text%' then 'text' when lower(json_extract(c.value, '$.type')) like '%blob%' or lower(json_extract(c.value, '$.type')) in ('', 'any') then '' else 'number' end as kind
			from temp.json_each(s.columns) as c where json_extract(c.value, '$.key') is not null order by json_extract(c.value, '$.key'))) as kinds
	from main.dbcare_audit_shape as s
	where s.table_id = $1
)
select exists (select 1 from shape where kinds is not (select group_concat(kind) from (select case when lower(c.type) like '%int%' then 'number' when lower(c.type) like '%char%' or lower(c.type) like '%clob%' or lower(c.type) like '%text%' then 'text' when lower(c.type) like '%blob%' or lower(c.type) in ('', 'any') then '' else 'number' end as kind
	from temp.pragma_table_xinfo($3, $2) as c where c.pk > 0 order by c.pk))) as is_changed
