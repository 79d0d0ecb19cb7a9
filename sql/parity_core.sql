-- The product itself: settings, dbcare's tables, introspection.
select dbcare_version();
select count(*) > 25 from dbcare_functions();
select name, class, arguments, result, area from dbcare_functions() where name like 'dbcare\_%' escape '\' and name <> 'dbcare_grant' order by name;
select name, class, arguments, area from dbcare_functions() where name in ('dbmigrate_add', 'dbmigrate_apply', 'dbhealth_checks') order by name;
-- without dbcare's tables: defaults, nothing is written
select name, value, source from dbcare_settings() where name not like 'check%' order by name;
select dbcare_get('environment');
select count(*) from dbmigrate_status();
select count(*) from dbmigrate_history();
select dbmigrate_version();
-- settings
select dbcare_set('slow_query_ms', 250);
select dbcare_set('actor', 'O''Brien "the dba"');
select name, value, default_value, source from dbcare_settings() where source = 'stored' order by name;
select dbcare_get('slow_query_ms'), dbcare_get('actor');
select dbcare_set('slow_query_ms', null);
select dbcare_get('slow_query_ms');
select dbcare_set('check_missing_fk_index_warning', 5.5);
select value, default_value from dbcare_settings() where name = 'check_missing_fk_index_warning';
select dbcare_set('check_stats_stale_enabled', 'false');
-- what is refused
select dbcare_set('no_such_setting', 1);
select dbcare_get('no_such_setting');
select dbcare_get(null);
select dbcare_set(null, 'x');
select dbcare_set('slow_query_ms', 'fast');
select dbcare_set('slow_query_ms', -1);
select dbcare_set('lock_retries', 1.5);
select dbcare_set('auto_init', 'perhaps');
select dbcare_set('environment', 'prod');
select dbcare_set('full_checks_at', '24:00');
select dbcare_set('full_checks_at', '3:30');
select dbcare_set('full_checks_at', '23:59'), dbcare_set('full_checks_at', null);
-- dbcare's tables
select dbcare_install();
select dbcare_uninstall();
select dbcare_uninstall('{"confirm": "some other database"}');
select dbcare_uninstall('{"force": true}');
select dbcare_uninstall('[1]');
select dbcare_uninstall('{"confirm": 1}');
