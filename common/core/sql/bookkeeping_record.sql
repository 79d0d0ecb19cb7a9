-- columns: none
-- Records that the bookkeeping has a version now.
insert into {.bookkeeping} (version, library_version) values (cast($1 as integer), $2)
