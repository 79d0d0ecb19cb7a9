/*
 * server.c
 *	  What this server is, so that a copy of it is told apart.
 *
 * A copy made by copying files has the system identifier of the original.  Its
 * data directory is another one: it has another path or, where a file system is
 * mounted elsewhere in its place, another number.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/sample/sample.h"

#include <sys/stat.h>

#include "access/xlog.h"

#include "common/core/text.h"

void
dbcpg_sample_read_server(dbc_host *host, dbc_server *server)
{
	const dbc_rows *rows = dbc_query(host, "sample/server");
	struct stat status;

	if (stat(DataDir, &status) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("directory \"%s\" cannot be read: %m", DataDir));
	*server = (dbc_server){
		.identity = dbc_format(host, "%llu %lld %llu %s",
							   (unsigned long long) GetSystemIdentifier(),
							   (long long) dbc_get_int(host, rows, 0, 0),
							   (unsigned long long) status.st_ino,
							   dbcpg_to_core(dbcpg_of(host), DataDir)),
		.timeline = dbc_get_int(host, rows, 0, 1),
		.has_received = dbc_get_bool(host, rows, 0, 2),
		.in_recovery = dbc_get_bool(host, rows, 0, 3)};
}
