-- Loading Liquibase's formatted SQL.
select dbcare_set('actor', 'tester');
-- several changesets in a file, several files, in the order they are written in and not in that of ids; marks in any case and with any blanks
select dbmigrate_load('{"b.sql": "--liquibase formatted sql\n\n--changeset ann:1\ncreate table three (id integer primary key);\n", "a.sql": "\n -- LiquiBase  Formatted SQL\n-- a comment\n\n  --  ChangeSet ann:zz stripComments:false splitStatements:false\n--comment: The first table.\ncreate table one (id integer primary key);\ninsert into one\n  values (1);\n--rollback drop table\n--   ROLLBACK   one;\n\n--changeset \"Bob B.\":\"add two\" runInTransaction:true some words\n--validCheckSum: any\ncreate table two (id integer primary key);\n/* liquibase rollback\ndrop table two;\nselect ''*/ inside'';\n*/\n"}', '{"partial": true}');
select version, name, state, reversible, transactional, depends_on from dbmigrate_status();
select version, coalesce(statement, finding) from dbmigrate_plan() order by step, statement_no;
select dbmigrate_apply() is not null;
select version, state from dbmigrate_status();
-- a rollback that is added later leaves what was applied as it was
select dbmigrate_load('{"b.sql": "--liquibase formatted sql\n\n--changeset ann:1\ncreate table three (id integer primary key);\n--rollback drop table three;\n"}', '{"partial": true}');
select version, state, reversible from dbmigrate_status() where version = 'b::1::ann';
-- one that follows comes after, whatever its id; one put in between comes too late
select dbmigrate_load('{"b.sql": "--liquibase formatted sql\n\n--changeset ann:1\ncreate table three (id integer primary key);\n--rollback drop table three;\n--changeset ann:0\nselect 0;\n--rollback empty\n"}', '{"partial": true}');
select dbmigrate_apply() is not null;
select dbmigrate_version();
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:zz\ncreate table one (id integer primary key);\ninsert into one\n  values (1);\n--changeset ann:new\nselect 1;\n", "b.sql": "--liquibase formatted sql\n\n--changeset ann:1\ncreate table three (id integer primary key);\n--rollback drop table three;\n"}', '{"partial": true}');
select dbmigrate_apply();
select dbmigrate_apply(null, '{"allow_out_of_order": true}') is not null;
-- path, transactions, repeatable, rollbacks that do nothing, engines
select dbmigrate_load('{"dir/c.sql": "--liquibase formatted sql logicalFilePath:moved/c.sql\n--changeset ann:1 runInTransaction:false endDelimiter:;\nselect 1;\n--rollback not required\n--changeset ann:2 runOnChange:true runAlways:false failOnError:true\nselect 2;\n--rollback empty\n--changeset ann:3 logicalFilePath:other.sql dbms:postgresql,sqlite\nselect 3;\n--changeset ann:4 dbms:mysql,oracle endDelimiter:GO context:test\n--preconditions onFail:HALT\nselect 4\nGO\nselect ${name}\nGO\n--changeset ann:5 dbms:!mysql\nselect 5;\n--changeset ann:6 dbms:all\nselect 6;\n--changeset ann:7 dbms:!postgresql,!sqlite\nselect 7;\n"}', '{"partial": true}');
select version, reversible, transactional, depends_on from dbmigrate_status() where state = 'pending' order by version;
-- a rollback that does nothing
select dbmigrate_load('{"d.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n--rollback not required, really\n"}', '{"partial": true}');
select dbmigrate_apply('d::1::ann', '{"allow_out_of_order": true}') is not null;
select dbmigrate_rollback() is not null;
select event, version from dbmigrate_history() where event in ('apply', 'rollback') order by event_id;
-- lines count in the file, those of a rollback too
select dbmigrate_load('{"e.sql": "--liquibase formatted sql\r\n--changeset ann:1\r\n--comment here\r\n\r\nselect 1;\r\n--rollback select 1;\r\n\r\nselect 2;\r\n--rollback select 2;\r\n--rollback commit;\r\n"}', '{"partial": true}');
select dbmigrate_apply('e::1::ann', '{"allow_out_of_order": true}') is not null;
select version, coalesce(statement, finding) from dbmigrate_plan(null, '{"direction": "down"}') order by step, statement_no;
-- what looks like a mark or a parameter and is none
select dbmigrate_load('{"f.sql": "--liquibase formatted sql\n--changeset ann:1\n-- rollbacks and property lines\n--rollback\n--comment: \n--comment\nselect ''${ } ${a b} $1'';\n"}', '{"partial": true}');
select version, reversible from dbmigrate_status() where version like 'f::%';
select dbmigrate_load('{"f.sql": "--liquibase formatted sql\n\n--changeset ann:1\n\nselect 1;\n--comment late\n\ncommit;\n"}', '{"partial": true}');
select version, coalesce(statement, finding) from dbmigrate_plan(null, '{"allow_out_of_order": true}') where version like 'f::%' order by step, statement_no;
-- what is refused, with the line; nothing is registered
select count(*) from dbmigrate_status();
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n", "b.sql": "select 2;"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\nselect 1;\n--changeset ann:1\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset :1\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changesetann:1\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\n--rollback select 1;\n\n--changeset ann:2\nselect 2;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n--changeset ann:1\nselect 2;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 runAlways:true\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 failOnError:false\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 endDelimiter:/\nselect 1\n/\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 rollbackEndDelimiter:GO\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 runInTransaction:no\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 runOnChange:yes\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 context:\"test or dev\"\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 contextFilter:test\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 labels:v1\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 runOnce:true\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1 ignore:true\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--property name:t value:users\n--changeset ann:1\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\nselect ${t.name};\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ${author}:1\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n/* liquibase rollback\nselect ${t};\n*/\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\n--preconditions onFail:MARK_RAN\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\n--precondition-sql-check expectedResult:0 select 0\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\n--ignoreLines:2\nselect 1;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n--rollback changesetId:2 changesetAuthor:ann\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n/* liquibase rollback\nselect 2;\n"}', '{"partial": true}');
select dbmigrate_load('{"a.sql": "--liquibase formatted sql\n"}', '{"partial": true}');
select count(*) from dbmigrate_status();
