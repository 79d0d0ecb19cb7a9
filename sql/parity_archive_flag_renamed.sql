-- tables with mode flag that are renamed, or exchange their names
create table fa (id integer primary key, v text);
create table fb (id integer primary key, w text);
select dbarchive_enable('fa', '{"mode": "flag"}') is not null;
select dbarchive_enable('fb', '{"mode": "flag"}') is not null;
insert into fa (id, v) values (1, 'a'), (2, 'a2'), (3, 'a3');
insert into fb (id, w) values (1, 'b'), (2, 'b2');
select dbarchive_delete('fa', 1) is not null;
select dbarchive_delete('fb', 2) is not null;
alter table fa rename to fx;
select table_name, row_key from dbarchive_deleted() order by 1, 2;
select table_name, row_key from dbarchive_deleted('fx');
select table_name, mode from dbarchive_status() order by 1;
-- rows are marked, not deleted for good
select dbops_delete('fx', '{"id": 3}');
select count(*) from fx;
select object, severity from dbhealth_checks('{"checks": ["archive_triggers"]}') order by 1;
alter table fb rename to fa;
alter table fx rename to fb;
select table_name, row_key from dbarchive_deleted() order by 1, 2;
select object, severity from dbhealth_checks('{"checks": ["archive_triggers"]}') order by 1;
-- the views follow
select dbarchive_enable('fa') is not null;
select * from fa_live order by 1;
select * from fb_live order by 1;
select object, severity from dbhealth_checks('{"checks": ["archive_triggers"]}') order by 1;
select dbarchive_restore('fb', 1) is not null;
select dbarchive_restore('fa', 2) is not null;
select * from fa_live order by 1;
select * from fb_live order by 1;
select dbarchive_delete('fb', 2) is not null;
-- marked rows would be live ones
select dbarchive_disable('fb') is not null;
select dbarchive_enable('fb', '{"mode": "trash"}') is not null;
select dbarchive_restore('fb', 2) is not null, dbarchive_restore('fb', 3) is not null;
select dbarchive_disable('fb') is not null;
select table_name, row_key from dbarchive_deleted() order by 1, 2;
select * from fa_live order by 1;
-- a view of others stays
create table fc (id integer primary key);
create view fc_live as select 1 as one;
select dbarchive_enable('fc', '{"mode": "flag"}');
select * from fc_live;
-- the index of a table that had the name keeps its own
create table fi (id integer primary key);
select dbarchive_enable('fi', '{"mode": "flag"}') is not null;
alter table fi rename to fj;
create table fi (id integer primary key);
select dbarchive_enable('fi', '{"mode": "flag"}') is not null;
insert into fi (id) values (1);
select dbarchive_delete('fi', 1) is not null;
select (select count(*) from fi_live), (select count(*) from fj_live);
-- also where a name has blanks and quotes
create table "f k" (id integer primary key);
create table "f""l" (id integer primary key);
select dbarchive_enable('"f k"', '{"mode": "flag"}') is not null, dbarchive_enable('"f""l"', '{"mode": "flag"}') is not null;
insert into "f k" (id) values (1), (2);
alter table "f k" rename to fm;
alter table "f""l" rename to "f k";
alter table fm rename to "f""l";
select dbarchive_enable('"f""l"') is not null, dbarchive_enable('"f k"') is not null;
select (select count(*) from "f k_live"), (select count(*) from "f""l_live");
