# Prints a schema of n tables: each with a key, a foreign key to the one before
# it, an index on that, and one row.  The key is a bigint or, with key=serial,
# fed by a sequence.  All is one transaction, or one for each batch of tables:
# what a transaction has created slows down what it creates next.
#
# usage: awk -v n=1000 [-v key=serial] [-v batch=500] -f tables.awk

BEGIN {
	type = key == "serial" ? "integer" : "bigint"
	if (!key)
		key = type
	print "begin;"
	for (i = 0; i < n; i++) {
		if (batch && i && i % batch == 0)
			print "commit; begin;"
		print "create table data_" i " (id " key " primary key, name text not null,"
		print "\tcreated_at timestamp,"
		print "\tparent_id " type " references data_" (i ? i - 1 : 0) " (id));"
		print "create index data_" i "_parent on data_" i " (parent_id);"
		print "insert into data_" i " values (1, 'one', null, 1);"
	}
	print "commit;"
}
