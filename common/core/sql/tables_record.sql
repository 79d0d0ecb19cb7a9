-- columns: none
-- Records the current version of dbcare's tables.
insert into {.bookkeeping} (version, library_version) values (cast($1 as integer), $2)
