# Prints a schema of n tables in one transaction: each with a key, a foreign key
# to the one before it, an index on that, and one row.
#
# usage: awk -v n=1000 -f tables.awk

BEGIN {
	print "begin;"
	for (i = 0; i < n; i++) {
		print "create table data_" i " (id bigint primary key, name text not null,"
		print "\tcreated_at timestamp,"
		print "\tparent_id bigint references data_" (i ? i - 1 : 0) " (id));"
		print "create index data_" i "_parent on data_" i " (parent_id);"
		print "insert into data_" i " values (1, 'one', null, 1);"
	}
	print "commit;"
}
