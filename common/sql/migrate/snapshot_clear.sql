delete from {.snapshot}
