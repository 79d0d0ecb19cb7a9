/*
 * backup.c
 *	  Files of backups; see common/backup/host.h.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/core/rooms.h"

#include "common/backup/posix.h"

static void
run(dbc_host *host, void (*fn)(dbc_host *, dbc_backup_files *, void *),
	void *arg)
{
	dbc_backup_files *files = dbc_alloc(host, sizeof(*files));

	dbc_posix_init(files);
	PG_TRY();
	{
		fn(host, files, arg);
	}
	PG_FINALLY();
	{
		dbc_posix_end(files);
	}
	PG_END_TRY();
}

static void
fill_random(dbc_host *host, void *bytes, size_t length)
{
	(void) host;
	if (!pg_strong_random(bytes, length))
		ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("could not generate random bytes"));
}

/* No directory is configured. */
static const char *
directory(dbc_host *host, const char *given, const char *schema, bool writes)
{
	(void) schema;
	if (given || writes)
		dbc_require(host, false, "backup.directory");
	return NULL;
}

const dbc_backup_host dbcpg_backup_host = {
	.run = run,
	DBC_POSIX_CALLS,
	.random = fill_random,
	.directory = directory,
};
