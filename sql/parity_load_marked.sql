-- Formats with both directions in one file, and graphile-migrate.
-- goose
select dbmigrate_load('{
"00001_one.sql": "-- a comment\n-- +goose Up\n-- +goose StatementBegin\ncreate table one (id integer);\n-- +goose StatementEnd\n\n-- +goose Down\ndrop table one;\n",
"00002_two.sql": "-- +goose NO TRANSACTION\n-- +goose ENVSUB OFF\n-- +goose up\nselect 1;\n",
"00010_ten.sql": "-- +goose Up\r\nselect 10;\r\n-- +goose Down\r\nselect -10;\r\n"}', '{"partial": true}');
-- sql-migrate; the whole name is the version
select dbmigrate_load('{
"20_twenty.sql": "-- +migrate Up notransaction\nselect 20;\n-- +migrate Down\nselect -20;",
"20_again.sql": "-- +migrate Up\nselect 21;",
"thirty.sql": "-- +migrate Up\n-- +migrate StatementBegin\nselect 30;\n-- +migrate StatementEnd\n"}', '{"partial": true}');
-- node-pg-migrate; a file without marks is an up part
select dbmigrate_load('{
"1700000000000_forty.sql": "-- Up Migration\nselect 40;\n-- Down Migration\nselect -40;",
"1700000000001-fifty.sql": "---- up migration\nselect 50;",
"1700000000002_sixty.sql": "select 60;"}', '{"partial": true}');
-- graphile-migrate; what is not committed is left alone
select dbmigrate_load('{
"committed/000070-seventy.sql": "--! Previous: -\n--! Hash: sha1:4ff2a0f4\n--! Message: seventh of ten\n\nselect 70;",
"committed/000080.sql": "--! Previous: sha1:4ff2a0f4\n--! Hash: sha1:77\n--! no-transaction\n\nselect 80;",
"current/1-current.sql": "select 1", "current.sql": "select 2"}', '{"partial": true}');
select version, name, state, transactional, reversible from dbmigrate_status();
-- the lines of errors are those of the files
select dbmigrate_load('{"00000_zero.sql": "-- migrate:up\nselect 1;\n-- migrate:down\n\nselect 2;\nselect * from nowhere;\n"}', '{"partial": true}');
select dbmigrate_apply('00001');
select dbmigrate_rollback('00000');
select dbmigrate_rollback(null, '{"on_error": "report"}') -> 'error' ->> 'line';
-- what is refused, with file and line
select dbmigrate_load('{"1_a.sql": "-- +goose Up\nselect 1;\n  -- +goose Down\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +goose Up\nselect 1;\n-- +goose Dawn\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +goose ENVSUB ON\n-- +goose Up\nselect ${a};"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +goose Up\nselect 1;\n-- +goose Up\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +goose Down\nselect 1;\n-- +goose Up\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n-- +goose Down\n"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +migrate Up\nselect 1;\n -- +migrate Down\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "-- +migrate Upp\nselect 1;\n-- +migrate Sideways\nselect 2;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "select 1;\n-- Up Migration\nselect 1;"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "-- Up Migration\nselect 1;"}', '{"partial": true}');
select dbmigrate_load('{"1_a.sql": "select 1"}', '{"partial": true, "format": "goose"}');
select dbmigrate_load('{"1_a.sql": "select 1"}', '{"partial": true, "format": "graphile-migrate"}');
select dbmigrate_load('{"1_a.sql": "-- migrate:up\nselect 1"}', '{"partial": true, "format": "plain"}');
select dbmigrate_load('{"1_a.sql": "select 1"}', '{"partial": true, "format": "rails"}');
select count(*) from dbmigrate_status();
