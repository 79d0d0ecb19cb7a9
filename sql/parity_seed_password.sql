-- dbseed_password_hash and dbseed_password_verify.
-- a hash takes half a second, so that two rows have all that is computed
create table account (name text primary key, password text);
insert into account values ('ann', dbseed_password_hash('tr0ub4dor')), ('bob', dbseed_password_hash('tr0ub4dor'));
select name from account where password like '$scrypt$ln=17,r=8,p=1$______________________$___________________________________________' order by name;
select count(distinct password) from account;
select dbseed_password_verify('tr0ub4dor', (select password from account where name = 'ann'));
-- RFC 7914 and other implementations
select dbseed_password_verify('pleaseletmein', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw');
select dbseed_password_verify('Pleaseletmein', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw');
select dbseed_password_verify('', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw');
select dbseed_password_verify('anything', null);

-- what is no hash, and what would take too much
select dbseed_password_verify('a', '');
select dbseed_password_verify('a', 'hunter2');
select dbseed_password_verify('a', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg');
select dbseed_password_verify('a', '$scrypt$ln=20,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg');
select dbseed_password_verify('a', '$scrypt$ln=17,r=8,p=16$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg');
select dbseed_password_verify(null, null);
select dbseed_password_hash(null);
select dbseed_password_hash('');
select dbseed_password_hash(replace('0123456789abcdef', 'f', 'ff') || 'x') is not null;
-- no message has a password
-- sqlite3: select dbseed_password_hash(printf('%.1025c', 'x'));
-- psql: select dbseed_password_hash(repeat('x', 1025));
-- sqlite3: select dbseed_password_verify(printf('%.1025c', 'x'), null);
-- psql: select dbseed_password_verify(repeat('x', 1025), null);
-- no event
select count(*) from dbcare_events();
