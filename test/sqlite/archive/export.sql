-- dbarchive_export_rows: values of SQLite.
create table "odd ""t'" (id integer primary key, "v %s" text, r real, b blob, "old.x" any, g integer as (iif(id < 0, -1e19, id * 2)));
insert into "odd ""t'" values
	(1, 'a"b' || char(1) || 'é' || char(10), 0.1, x'00ff', null),
	(2, 'x' || char(0) || 'y', 1e300, x'', 'text'),
	(-9223372036854775808, '', 9e999, zeroblob(3), 7);
select line from dbarchive_export_rows('"odd ""t''"');
--> {"b": "\\x000000", "g": "-1.0e+19", "r": "Infinity", "id": -9223372036854775808, "v %s": "", "old.x": 7}
--> {"b": "\\x00ff", "g": 2, "r": "0.1", "id": 1, "v %s": {"text": "61226201c3a90a"}, "old.x": null}
--> {"b": "\\x", "g": 4, "r": "1.0e+300", "id": 2, "v %s": {"text": "780079"}, "old.x": "text"}
-- values of CSV
select line from dbarchive_export_rows('"odd ""t''"', '{"format": "csv"}');
--> id,v %s,r,b,old.x,g
--> -9223372036854775808,"",Infinity,\x000000,7,-1.0e+19
--> 1,\x61226201c3a90a,0.1,\x00ff,,2
--> 2,\x780079,1.0e+300,\x,text,4
-- what deleted rows were
select dbarchive_enable('"odd ""t''"') is null;
delete from "odd ""t'";
select line from dbarchive_export_rows('"odd ""t''"', '{"deleted": true, "format": "csv"}');
--> 0
--> id,v %s,r,b,old.x,g
--> -9223372036854775808,"",Infinity,\x000000,7,-1.0e+19
--> 1,\x61226201c3a90a,0.1,\x00ff,,2
--> 2,\x780079,1.0e+300,\x,text,4
-- ... as JSON, of some columns
select line from dbarchive_export_rows('"odd ""t''"', '{"deleted": true, "columns": ["v %s", "b"]}');
--> {"b": "\\x000000", "v %s": ""}
--> {"b": "\\x00ff", "v %s": {"text": "61226201c3a90a"}}
--> {"b": "\\x", "v %s": {"text": "780079"}}
-- a condition that is no condition
select * from dbarchive_export_rows('"odd ""t''"', '{"where": "1); select (1"}');
--> ERROR: dbcare: option where is not a condition: 1); select (1
-- no view may export
create view v as select * from dbarchive_export_rows('"odd ""t''"');
pragma trusted_schema = off;
select * from v;
--> ERROR: unsafe use of virtual table "dbarchive_export_rows"
