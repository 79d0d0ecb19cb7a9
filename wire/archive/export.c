/*
 * export.c
 *	  Files of the machine on which the command runs; see common/archive/host.h.
 */
#include "wire/core/host.h"
#include "wire/core/rooms.h"

#include "posix/archive/file.h"

static void
create_file(dbc_host *host, const char *path, bool overwrite,
			void (*write)(dbc_host *, void *, dbc_archive_file *), void *arg)
{
	dbcw_host *h = dbcw_of(host);
	dbc_posix_creation c = {.file = {.path = path, .name = path},
							.overwrite = overwrite,
							.write = write,
							.arg = arg};
	bool done;

	dbc_posix_begin_file(host, &c);
	done = dbcw_try(h, dbc_posix_write_file, &c);
	dbc_posix_end_file(&c, done);
	if (!done)
		dbcw_rethrow(h);
}

const dbc_archive_host dbcw_archive_host = {
	.create_file = create_file,
	.append = dbc_posix_append,
};
