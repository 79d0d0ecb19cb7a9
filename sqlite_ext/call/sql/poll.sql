-- columns: one
-- Fails after an interrupt, as any statement; see call/progress.c.
select 1 as one
