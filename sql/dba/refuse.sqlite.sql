-- The end of the scripts of this directory, which run.sh adds: fails with the reasons that
-- the table refusal has.
select coalesce('the answer is no: ' || group_concat(reason, '; '), 'the answer is yes') as verdict from refusal;
create temp trigger refuse before delete on refusal begin
	select raise(fail, 'the answer is no, for the reasons in the line before');
end;
delete from refusal;
