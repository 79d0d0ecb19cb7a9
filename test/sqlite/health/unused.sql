-- The health check unused_indexes.

-- objects without statistics are not checked
update topic set id = 'unused_indexes';
create table t (a unique);
select severity, object, reason from said;
--> not_applicable||SQLite does not count the use of indexes
