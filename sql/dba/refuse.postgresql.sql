-- The end of the scripts of this directory, which run.sh adds: fails with the reasons that
-- the table refusal has.
do $$
declare
	reasons text := (select string_agg(reason, '; ') from pg_temp.refusal);
begin
	if reasons is not null then
		raise exception 'refused: %', reasons;
	end if;
end
$$;
select 'passed' as verdict;
