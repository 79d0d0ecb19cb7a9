-- every function that returns JSON has the schema of its result, but those whose members are columns
select name from dbcare_functions() where result = 'json' and result_schema is null order by 1;

-- results are valid against it
create table item (id integer primary key, name text);
insert into item values (1, 'one'), (2, 'two');
with result (name, body) as (select 'dbhealth_report', dbhealth_report('{"level": "full"}')
	union all select 'dbhealth_ping', dbhealth_ping()
	union all select 'dbhealth_schema', dbhealth_schema()
	union all select 'dbhealth_statistics', dbhealth_statistics()
	union all select 'dbmonitor_status', dbmonitor_status()
	union all select 'dbmonitor_statistics', dbmonitor_statistics()
	union all select 'dbmigrate_schema', dbmigrate_schema()
	union all select 'dbinit_status', dbinit_status()
	union all select 'dbops_select', dbops_select('item'))
	select r.name, dbcheck_json(r.body, f.result_schema) from result as r join dbcare_functions() as f on f.name = r.name order by 1;

-- a member that is not declared is not valid
select e.path, e.message from dbcare_functions() as f, dbcheck_json_errors('{"name": "x", "value": "y", "more": 1}', f.result_schema) as e
	where f.name = 'dbcare_set';
