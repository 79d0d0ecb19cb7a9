-- Where a migration failed: statement, line of the file, version.
select dbmigrate_load('{"1_first.sql": "-- a comment above\n\n-- migrate:up\n\ncreate table first (id integer primary key);\n\ninsert into first\nvalues (1),\n  (1);\n\n-- migrate:down\ndrop table first;\nselect 1;\ndrop table missing;\n"}');
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'version';
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'statement_no';
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'line';
select version, state, reversible from dbmigrate_status();
select event, version, error is not null from dbmigrate_history();
-- a script that cannot be split
select dbmigrate_load('{"1_first.sql": "-- migrate:up\ncreate table first (id integer primary key);\n\n\ninsert into first values (''one);\n"}');
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'line';
-- the down script
select dbmigrate_load('{"1_first.sql": "-- migrate:up\ncreate table first (id integer primary key);\n\n-- migrate:down\ndrop table first;\nselect 1;\ndrop table missing;\n"}');
select dbmigrate_apply();
select dbmigrate_rollback(null, '{"on_error": "report"}') -> 'error' ->> 'line';
select dbmigrate_rollback(null, '{"on_error": "report"}') ->> 'failed';
select version, state from dbmigrate_status();
select count(*) from first;
-- refused statements name the line too
select dbmigrate_load('{"2_second.sql": "-- migrate:up\n\nselect 2;\n\nrollback;\n"}');
select dbmigrate_apply();
