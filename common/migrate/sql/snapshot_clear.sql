-- columns: none
delete from {.snapshot}
