-- Prints the health report as text.
.mode list
.headers off
select dbhealth_text('{"level": "full"}');
