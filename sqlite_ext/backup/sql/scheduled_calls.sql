-- columns: step, call, problem, postpones, follows
-- The calls of the daily backup, with options $1.
select 'dbbackup_create' as step, printf('select dbbackup_create(null, %Q)', json_extract($1, '$.create')) as call,
	null as problem, true as postpones, false as follows
union all
select 'dbbackup_cleanup', printf('select dbbackup_cleanup(%Q)', json_extract($1, '$.cleanup')), null, false, true
order by postpones desc
