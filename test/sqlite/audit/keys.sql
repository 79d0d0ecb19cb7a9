-- Keys of logged rows that are spelled in several ways.
create table t (id text primary key collate nocase, v);
select dbcare_install() is not null;
select dbaudit_enable('t') ->> 'mode';
insert into t values ('E', 'secret');
update t set v = 'other' where id = 'e';
--> 1
--> portable

-- values are not said to be erased where the log has the key in another spelling
select dbaudit_erase('t', 'e', '["v"]', 'x') ->> 'values';
--> ERROR: dbcare: no row of table t is logged under the key "e". Pass the key as the row has it: "E"
